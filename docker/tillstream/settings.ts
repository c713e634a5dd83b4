/** The settings of the containers `tillstream`, `console` and `spark` in docker-compose.yml: where the project's services are. */
import { postgresUrl } from '#adapters/postgres/url.ts';
import { functionPrefix } from '#cdk/config/names.ts';
import { readPort } from '#localstack/stack/ports.ts';
import type { StackStatus } from '#localstack/stack/status.ts';

export interface ComposeSettings {
  readonly home: string;
  readonly kafka: { readonly bootstrapServers: string };
  readonly postgres: StackStatus['postgres'];
  /** MinIO, where the lake is durable; LocalStack serves the rest of AWS. */
  readonly s3: StackStatus['s3'];
  readonly awsEndpoint: string;
  readonly elasticsearch: { readonly url: string };
  /** In the container `spark`. */
  readonly emrEndpoint: string;
  readonly airflow: NonNullable<StackStatus['airflow']>;
  /** Fixed, since dashboards store it, while LocalStack loses its secrets at every restart. */
  readonly biReaderPassword: string;
  /** Where the page is, with which password its container reads the database, and by which key whoever opens it is known. */
  readonly console: { readonly port: number; readonly password: string; readonly key: string };
  /** Serves /metrics and /health. */
  readonly metricsPort: number;
  /** Where Airflow's containers find when the DAGs run. */
  readonly schedulesFile: string;
  /** Without the simulator's products and customers, as `npm start -- --no-simulator`. */
  readonly isShopEmpty: boolean;
}

/** All of them must be set. */
export const composeVariables = [
  'TILLSTREAM_HOME',
  'KAFKA_BOOTSTRAP_SERVERS',
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'DATABASE_USER',
  'DATABASE_PASSWORD',
  'BI_READER_PASSWORD',
  'CONSOLE_PORT',
  'CONSOLE_PASSWORD',
  'CONSOLE_KEY',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_EMR_SERVERLESS',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_REGION',
  'LAKE_BUCKET',
  'ELASTICSEARCH_URL',
  'AIRFLOW_URL',
  'AIRFLOW_USERNAME',
  'AIRFLOW_PASSWORD',
  'METRICS_PORT',
  'DAG_SCHEDULES_FILE',
] as const;

interface SparkSettings {
  readonly home: string;
  /** Serves the API that starts jobs. */
  readonly port: number;
  readonly awsEndpoint: string;
  readonly s3: { readonly endpoint: string; readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly kafka: { readonly bootstrapServers: string };
  readonly database: { readonly host: string; readonly port: number; readonly database: string };
}

/** Without the database's password: a job reads its own from Secrets Manager. */
export const sparkVariables = [
  'TILLSTREAM_HOME',
  'EMR_PORT',
  'KAFKA_BOOTSTRAP_SERVERS',
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
] as const;

/** @throws naming every variable that is missing */
export function readSparkSettings(env: NodeJS.ProcessEnv): SparkSettings {
  const given = allOf(sparkVariables, env);
  return {
    home: given.TILLSTREAM_HOME,
    port: readPort(given.EMR_PORT, 'EMR_PORT'),
    awsEndpoint: given.AWS_ENDPOINT_URL,
    s3: {
      endpoint: given.AWS_ENDPOINT_URL_S3,
      accessKeyId: given.AWS_ACCESS_KEY_ID,
      secretAccessKey: given.AWS_SECRET_ACCESS_KEY,
    },
    kafka: { bootstrapServers: given.KAFKA_BOOTSTRAP_SERVERS },
    database: {
      host: given.DATABASE_HOST,
      port: readPort(given.DATABASE_PORT, 'DATABASE_PORT'),
      database: given.DATABASE_NAME,
    },
  };
}

/** All that the page needs: it changes nothing but by the functions, which it calls in LocalStack. */
export const consoleVariables = [
  'CONSOLE_PORT',
  'CONSOLE_PASSWORD',
  'CONSOLE_KEY',
  'KAFKA_BOOTSTRAP_SERVERS',
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_REGION',
  'LAKE_BUCKET',
  'AIRFLOW_URL',
  'AIRFLOW_USERNAME',
  'AIRFLOW_PASSWORD',
] as const;

/** @throws naming every variable that is missing */
export function readConsoleSettings(env: NodeJS.ProcessEnv) {
  const given = allOf(consoleVariables, env);
  const s3 = lakeOf(given);
  const { bucket: _, ...aws } = s3;
  return {
    port: readPort(given.CONSOLE_PORT, 'CONSOLE_PORT'),
    key: keyOf(given.CONSOLE_KEY),
    stack: {
      kafka: { bootstrapServers: given.KAFKA_BOOTSTRAP_SERVERS },
      postgres: {
        ...databaseOf(given),
        user: 'console',
        password: given.CONSOLE_PASSWORD,
      },
      s3,
      lambda: { ...aws, endpoint: given.AWS_ENDPOINT_URL, functionPrefix: functionPrefix('local') },
      airflow: airflowOf(given),
    },
  };
}

/** @throws naming every variable that is missing */
export function readSettings(env: NodeJS.ProcessEnv): ComposeSettings {
  const given = allOf(composeVariables, env);
  const connection = {
    ...databaseOf(given),
    user: given.DATABASE_USER,
    password: given.DATABASE_PASSWORD,
  };
  return {
    home: given.TILLSTREAM_HOME,
    kafka: { bootstrapServers: given.KAFKA_BOOTSTRAP_SERVERS },
    postgres: {
      ...connection,
      url: postgresUrl(connection),
    },
    s3: lakeOf(given),
    awsEndpoint: given.AWS_ENDPOINT_URL,
    elasticsearch: { url: given.ELASTICSEARCH_URL },
    emrEndpoint: given.AWS_ENDPOINT_URL_EMR_SERVERLESS,
    airflow: airflowOf(given),
    biReaderPassword: given.BI_READER_PASSWORD,
    console: {
      port: readPort(given.CONSOLE_PORT, 'CONSOLE_PORT'),
      password: given.CONSOLE_PASSWORD,
      key: keyOf(given.CONSOLE_KEY),
    },
    metricsPort: readPort(given.METRICS_PORT, 'METRICS_PORT'),
    schedulesFile: given.DAG_SCHEDULES_FILE,
    isShopEmpty: readEmptyShop(env.TILLSTREAM_EMPTY_SHOP),
  };
}

const databaseOf = (given: Record<'DATABASE_HOST' | 'DATABASE_PORT' | 'DATABASE_NAME', string>) => ({
  host: given.DATABASE_HOST,
  port: readPort(given.DATABASE_PORT, 'DATABASE_PORT'),
  database: given.DATABASE_NAME,
});

const lakeOf = (
  given: Record<
    'AWS_ENDPOINT_URL_S3' | 'AWS_REGION' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'LAKE_BUCKET',
    string
  >,
): StackStatus['s3'] => ({
  endpoint: given.AWS_ENDPOINT_URL_S3,
  region: given.AWS_REGION,
  accessKeyId: given.AWS_ACCESS_KEY_ID,
  secretAccessKey: given.AWS_SECRET_ACCESS_KEY,
  bucket: given.LAKE_BUCKET,
});

const airflowOf = (given: Record<'AIRFLOW_URL' | 'AIRFLOW_USERNAME' | 'AIRFLOW_PASSWORD', string>) => ({
  url: given.AIRFLOW_URL,
  username: given.AIRFLOW_USERNAME,
  password: given.AIRFLOW_PASSWORD,
});

/** @throws if it is neither yes nor no: a misspelt word must not fill a shop, whose rows nobody takes out again */
function readEmptyShop(word = ''): boolean {
  if (word === 'yes') return true;
  if (word === 'no' || word === '') return false;
  throw new Error(`TILLSTREAM_EMPTY_SHOP: expected yes or no, got "${word}".`);
}

/** Nobody guesses so many letters; make-keys.sh makes more. @throws if it has fewer, or others than an address may hold */
function keyOf(key: string): string {
  if (/^[\w-]{32,}$/.test(key)) return key;
  throw new Error('CONSOLE_KEY must have at least 32 letters and digits, such as what openssl rand -hex 24 prints.');
}

function allOf<Name extends string>(names: readonly Name[], env: NodeJS.ProcessEnv): Record<Name, string> {
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`docker-compose.yml must set ${missing.join(', ')} for this container.`);
  return env as Record<Name, string>;
}
