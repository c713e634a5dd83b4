/** A network that can go bad, between a deployed stack's functions and each service that they use, and before the event source's. */
import { type FunctionName, type FunctionNeeds, functions } from '#cdk/config/functions.ts';
import { type NetworkProxy, startNetworkProxy } from './network-proxy.ts';

/** Where the networks lead to: the services, or other proxies before them. */
export interface Targets {
  readonly postgres: { readonly host: string; readonly port: number };
  /** "http://127.0.0.1:4566", of archive-orders' S3. */
  readonly s3: string;
  readonly lambda: string;
  readonly elasticsearch: string;
  /** "127.0.0.1:9092" */
  readonly bootstrapServers: string;
}

export interface Networks {
  /** Between functions and PostgreSQL. */
  readonly postgres: NetworkProxy;
  /** Between archive-orders and S3. */
  readonly s3: NetworkProxy;
  /** Between the event source and Kafka, and between functions and Kafka. */
  readonly kafka: NetworkProxy;
  /** Between the event source and Lambda. */
  readonly lambda: NetworkProxy;
  /** Between index-hourly-metrics and Elasticsearch. */
  readonly elasticsearch: NetworkProxy;
}

/** Those that work while records flow. */
export const behindNetworks = [
  'archive-orders',
  'archive-user-events',
  'update-inventory',
  'store-transactions',
  'relay-outbox',
  'load-orders',
  'run-transformations',
  'index-hourly-metrics',
] as const satisfies readonly FunctionName[];

export async function startNetworks(targets: Targets) {
  const before = (address: string) => {
    const { hostname: host, port } = new URL(address);
    return startNetworkProxy({ host, port: Number(port) });
  };
  const networks: Networks = {
    postgres: await startNetworkProxy(targets.postgres),
    s3: await before(targets.s3),
    kafka: await before(`http://${targets.bootstrapServers}`),
    lambda: await before(targets.lambda),
    elasticsearch: await before(targets.elasticsearch),
  };
  const addressOf = ({ host, port }: NetworkProxy) => `${host}:${port}`;
  const variablesOf = (name: FunctionName) => {
    const { kafkaTopics, produces, search }: FunctionNeeds = functions[name];
    return {
      DATABASE_PORT: String(networks.postgres.port),
      ...((kafkaTopics || produces) && { KAFKA_BOOTSTRAP_SERVERS: addressOf(networks.kafka) }),
      ...(search && { ELASTICSEARCH_URL: `http://${addressOf(networks.elasticsearch)}` }),
      ...(name === 'archive-orders' && { AWS_ENDPOINT_URL_S3: `http://${addressOf(networks.s3)}` }),
    };
  };
  return {
    networks,
    /** The environment variables that lead each function through them. */
    variables: behindNetworks.map((name) => [name, variablesOf(name)] as const),
    /** What leads the event source through them. */
    eventSource: {
      bootstrapServers: addressOf(networks.kafka),
      awsEndpoint: `http://${addressOf(networks.lambda)}`,
    },
    close: () => Promise.all(Object.values(networks).map((network: NetworkProxy) => network.close())),
  };
}
