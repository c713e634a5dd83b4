/** The ports of the local stack, and how each is chosen. */
import type { WantedPort } from '../processes/ports.ts';

export interface StackPorts {
  readonly kafka: number;
  readonly kafkaController: number;
  readonly postgres: number;
  readonly localstack: number;
  readonly elasticsearch: number;
  readonly elasticsearchTransport: number;
  readonly emr: number;
  readonly airflow: number;
  readonly console: number;
}

interface PortOption extends Omit<WantedPort, 'port'> {
  readonly standard: number;
}

/** Each service's standard port, and the option and variable that choose another. */
export const portOptions: { readonly [Name in keyof StackPorts]: PortOption } = {
  kafka: option('Kafka', 9092, 'kafka'),
  kafkaController: option("Kafka's controller", 9093, 'kafka-controller'),
  postgres: option('PostgreSQL', 5432, 'postgres'),
  localstack: option('LocalStack', 4566, 'localstack'),
  elasticsearch: option('Elasticsearch', 9200, 'elasticsearch'),
  elasticsearchTransport: option("Elasticsearch's transport", 9300, 'elasticsearch-transport'),
  emr: option('EMR Serverless', 8998, 'emr'),
  airflow: option('Airflow', 8003, 'airflow'),
  console: option('the page', 8004, 'console'),
};

const names = Object.keys(portOptions) as (keyof StackPorts)[];

/**
 * @param given ports by name, from the command line; they win over the environment, which wins over the standard
 * @throws naming the option or variable whose value is no port
 */
export function choosePorts(given: Partial<Record<keyof StackPorts, string>>, env: NodeJS.ProcessEnv): StackPorts {
  const choose = (name: keyof StackPorts): number => {
    const { option, variable, standard } = portOptions[name];
    if (given[name] !== undefined) return readPort(given[name], option);
    if (env[variable]) return readPort(env[variable], variable);
    return standard;
  };
  return Object.fromEntries(names.map((name) => [name, choose(name)])) as unknown as StackPorts;
}

/** @param without services that don't start, each by the name with which those of its ports begin */
export function wantedPorts(ports: StackPorts, without: readonly string[]): WantedPort[] {
  return names
    .filter((name) => !without.some((service) => name.startsWith(service)))
    .map((name) => ({ ...portOptions[name], port: ports[name] }));
}

/**
 * @param source the option or variable that it came from, for the message
 * @throws if it is no port
 */
export function readPort(text: string, source: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new Error(`${source} is "${text}"; expected a port from 1 to 65535.`);
  return port;
}

function option(service: string, standard: number, name: string): PortOption {
  const variable = `TILLSTREAM_${name.toUpperCase().replace('-', '_')}_PORT`;
  return { service, standard, option: `--${name}-port`, variable };
}
