import { localLakeBucket } from '#cdk/config/local-services.ts';
import { databaseSecretName } from '#cdk/config/names.ts';
import type { PostgresConnection } from '../services/postgres.ts';

/** What a Spark job finds in its environment; in the cloud the application's configuration says the same. */
export function jobEnvironment(
  { host, port, database }: Pick<PostgresConnection, 'host' | 'port' | 'database'>,
  kafka: { readonly bootstrapServers: string },
): Record<string, string> {
  return {
    TILLSTREAM_ENVIRONMENT: 'local',
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: database,
    DATABASE_TLS: 'off',
    DATABASE_SECRET_ID: databaseSecretName('local', 'spark_curation'),
    LAKE_BUCKET: localLakeBucket,
    CHECKPOINTS: `s3://${localLakeBucket}/checkpoints`,
    KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
  };
}
