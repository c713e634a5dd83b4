import type { KafkaConfiguration } from '#adapters/configuration.ts';
import { localLakeBucket } from '#cdk/config/local-services.ts';
import { databaseSecretName } from '#cdk/config/names.ts';
import type { PostgresConnection } from '../services/postgres.ts';

export interface JobSources {
  readonly database: Pick<PostgresConnection, 'host' | 'port' | 'database' | 'ssl'>;
  readonly kafka: Pick<KafkaConfiguration, 'bootstrapServers'>;
  /** The one of the deployment if absent. */
  readonly lakeBucket?: string;
  /** Holds the password of spark_curation; the deployment's secret if absent. */
  readonly secretId?: string;
}

/** What a Spark job finds in its environment; in the cloud the application's configuration says the same. */
export function jobEnvironment({
  database: { host, port, database, ssl },
  kafka,
  lakeBucket = localLakeBucket,
  secretId = databaseSecretName('local', 'spark_curation'),
}: JobSources): Record<string, string> {
  return {
    TILLSTREAM_ENVIRONMENT: 'local',
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: database,
    DATABASE_TLS: ssl ? 'require' : 'off',
    ...(ssl && { DATABASE_CA_FILE: ssl.file }),
    DATABASE_SECRET_ID: secretId,
    LAKE_BUCKET: lakeBucket,
    CHECKPOINTS: `s3://${lakeBucket}/checkpoints`,
    KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
  };
}
