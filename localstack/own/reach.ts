/** What functions and Spark's jobs are told beside their addresses, to reach services of one's own. */
import { kafkaLoginVariables } from '#adapters/configuration.ts';
import { lakeEnvironment, loginOf, sparkLake } from '../services/lake-access.ts';
import type { PostgresConnection } from '../services/postgres.ts';
import type { FoundServices } from './find.ts';

export interface Reach {
  /** In the environment of every function. */
  readonly functions: Readonly<Record<string, string>>;
  /** In the environment of every job and its JVM. */
  readonly logins: Readonly<Record<string, string>>;
  /** Spark's, which `ps` shows: no login among them. */
  readonly properties: Readonly<Record<string, string>>;
}

export function reach({ kafka, postgres, s3 }: FoundServices): Reach {
  const toKafka = kafka ? kafkaLoginVariables(kafka.service) : {};
  return {
    functions: { ...toDatabase(postgres?.service.connection), ...toKafka, ...(s3 && lakeEnvironment(s3.access)) },
    logins: { ...toKafka, ...(s3 && loginOf(s3.access)) },
    properties: { ...(s3 && sparkLake(s3.access)) },
  };
}

/** Functions believe Node's own roots and this file (adapters/configuration.ts). */
const toDatabase = ({ ssl }: Partial<PostgresConnection> = {}): Record<string, string> =>
  ssl ? { DATABASE_TLS: 'require', NODE_EXTRA_CA_CERTS: ssl.file } : {};
