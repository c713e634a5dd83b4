/** The services that environment `local` finds on its machine instead of making them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackHome } from '#adapters/repository.ts';

/** Each can be set as context: `-c postgresPort=5433`. */
export interface LocalServices {
  readonly postgresHost: string;
  readonly postgresPort: number;
  readonly postgresDatabase: string;
  readonly postgresUser: string;
  readonly postgresPassword: string;
  readonly kafkaBootstrapServers: string;
  readonly elasticsearchUrl: string;
  /** Bucket names share one name space across all accounts. */
  readonly lakeBucket: string;
}

/** On one machine the bucket has the name in docs/requirements.md; in the cloud that name may be taken. */
export const localLakeBucket = 'orders-lake';

export const defaultLocalServices: LocalServices = {
  postgresHost: '127.0.0.1',
  postgresPort: 5432,
  postgresDatabase: 'tillstream',
  postgresUser: 'tillstream',
  postgresPassword: '',
  kafkaBootstrapServers: '127.0.0.1:9092',
  elasticsearchUrl: 'http://127.0.0.1:9200',
  lakeBucket: localLakeBucket,
};

/**
 * Each value as set, else as the running stack's status file says (`npm start` writes it), else its default.
 *
 * @param setting a setting by its name; undefined if it is not set
 */
export function localServices(setting: (name: string) => unknown, home = stackHome()): LocalServices {
  const services = { ...defaultLocalServices, ...runningServices(home) };
  const chosen = Object.entries(services).map(([name, value]) => [name, setting(name) ?? value]);
  const { postgresPort, ...rest } = Object.fromEntries(chosen);
  return { ...rest, postgresPort: Number(postgresPort) };
}

function runningServices(home: string): Partial<LocalServices> {
  try {
    const { postgres, kafka, elasticsearch } = JSON.parse(readFileSync(join(home, 'run', 'status.json'), 'utf8'));
    return {
      postgresHost: postgres.host,
      postgresPort: postgres.port,
      postgresDatabase: postgres.database,
      postgresUser: postgres.user,
      postgresPassword: postgres.password,
      kafkaBootstrapServers: kafka.bootstrapServers,
      elasticsearchUrl: elasticsearch.url,
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
