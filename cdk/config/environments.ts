/** Everything in which the environments differ. Stacks get these values and never ask which environment they are in. */

export type EnvironmentName = 'local' | 'dev' | 'prod';

/** A value, or the SSM parameter that holds it when the stack is deployed: known to the account, not to the source. */
export type Given = string | { readonly parameter: string };

export interface Environment {
  readonly name: EnvironmentName;
  readonly lake: {
    /** Without one CloudFormation makes a name that is free in the whole world. */
    readonly bucketName?: string;
    /** Days for which S3's access log is kept; without it none is written. */
    readonly accessLogDays?: number;
  };
  readonly database: {
    readonly host: Given;
    readonly port: Given;
    readonly name: string;
    /** Who owns the schemas and applies the migrations. */
    readonly adminUser: string;
    readonly tls: 'off' | 'require';
  };
  readonly kafka: Kafka;
  readonly search: Search;
  readonly functions: {
    readonly architecture: 'arm64' | 'x86_64';
    readonly tracing: boolean;
    readonly logRetentionDays: number;
  };
  /** Where Airflow's secrets backend looks for Variables; environments may share an account, so each has its own. */
  readonly airflowVariablesPrefix: string;
  /** More late transactions than this of all (0 to 1), or more than so many, in the last day alert people. */
  readonly lateAlert: { readonly ratio: number; readonly count: number };
  /** What becomes of data, secrets and logs when a stack is deleted. */
  readonly onDelete: 'keep' | 'destroy';
  readonly awsSolutionsChecks: boolean;
}

export type Kafka =
  | { readonly bootstrapServers: Given; readonly eventSources: 'lambda'; readonly clusterArn: Given }
  // LocalStack has no Kafka event source: localstack/ polls instead, by the same domain/streams.ts.
  | { readonly bootstrapServers: Given; readonly eventSources: 'local-poller' };

/** Elasticsearch, which holds what dashboards show. */
export interface Search {
  readonly url: Given;
  /** Whether it asks who one is: the secret is then given too, JSON with `username` and `password`. */
  readonly login: boolean;
}

/** Where the services of one machine listen. */
export interface LocalServices {
  readonly postgresHost: string;
  readonly postgresPort: number;
  readonly postgresDatabase: string;
  readonly postgresUser: string;
  readonly kafkaBootstrapServers: string;
  readonly elasticsearchUrl: string;
}

export const defaultLocalServices: LocalServices = {
  postgresHost: '127.0.0.1',
  postgresPort: 5432,
  postgresDatabase: 'tillstream',
  postgresUser: 'tillstream',
  kafkaBootstrapServers: '127.0.0.1:9092',
  elasticsearchUrl: 'http://127.0.0.1:9200',
};

/** On one machine the bucket has the name that the requirements give; in the cloud it may be taken. */
export const localLakeBucket = 'orders-lake';

export function localEnvironment(services: LocalServices = defaultLocalServices): Environment {
  return {
    name: 'local',
    lake: { bucketName: localLakeBucket },
    database: {
      host: services.postgresHost,
      port: String(services.postgresPort),
      name: services.postgresDatabase,
      adminUser: services.postgresUser,
      tls: 'off',
    },
    kafka: { bootstrapServers: services.kafkaBootstrapServers, eventSources: 'local-poller' },
    search: { url: services.elasticsearchUrl, login: false },
    functions: { architecture: 'x86_64', tracing: false, logRetentionDays: 1 },
    airflowVariablesPrefix: 'airflow/variables',
    lateAlert: { ratio: 0.1, count: 1_000 },
    onDelete: 'destroy',
    awsSolutionsChecks: false,
  };
}

function cloudEnvironment(
  name: 'dev' | 'prod',
  retention: Pick<Environment, 'onDelete'> & { days: number },
): Environment {
  const given = (key: string): Given => ({ parameter: `/tillstream/${name}/given/${key}` });
  return {
    name,
    lake: { accessLogDays: retention.days },
    database: {
      host: given('database/host'),
      port: given('database/port'),
      name: 'tillstream',
      adminUser: 'tillstream',
      tls: 'require',
    },
    kafka: {
      bootstrapServers: given('kafka/bootstrap-servers'),
      eventSources: 'lambda',
      clusterArn: given('kafka/cluster-arn'),
    },
    search: { url: given('elasticsearch/url'), login: true },
    functions: { architecture: 'arm64', tracing: true, logRetentionDays: retention.days },
    airflowVariablesPrefix: `tillstream/${name}/airflow/variables`,
    lateAlert: { ratio: 0.1, count: 1_000 },
    onDelete: retention.onDelete,
    awsSolutionsChecks: true,
  };
}

const environments: Readonly<Record<EnvironmentName, (services?: LocalServices) => Environment>> = {
  local: localEnvironment,
  dev: () => cloudEnvironment('dev', { onDelete: 'keep', days: 30 }),
  prod: () => cloudEnvironment('prod', { onDelete: 'keep', days: 90 }),
};

/** @throws if there is no environment of that name */
export function environmentNamed(name: unknown, services?: LocalServices): Environment {
  const make = Object.entries(environments).find(([known]) => known === name)?.[1];
  if (!make)
    throw new Error(
      `No environment "${String(name)}"; say -c environment=<name> with one of ${Object.keys(environments).join(', ')}.`,
    );
  return make(services);
}
