/** The services that environment `local` finds on its machine instead of making them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackHome } from '#adapters/repository.ts';

/** Each may be given as context: `-c postgresPort=5433`. */
export interface LocalServices {
  readonly postgresHost: string;
  readonly postgresPort: number;
  readonly postgresDatabase: string;
  readonly postgresUser: string;
  readonly postgresPassword: string;
  readonly kafkaBootstrapServers: string;
  readonly elasticsearchUrl: string;
  /** Bucket names are one name space for all accounts. */
  readonly lakeBucket: string;
}

/** On one machine the bucket has the name that the requirements give; in the cloud it may be taken. */
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
 * What is given, else what the stack that runs on this machine says of itself (`npm start` writes it), else the
 * defaults.
 *
 * @param given a value by its name, undefined if there is none
 */
export function localServices(given: (name: string) => unknown, home = stackHome()): LocalServices {
  const services = { ...defaultLocalServices, ...runningServices(home) };
  const chosen = Object.entries(services).map(([name, value]) => [name, given(name) ?? value]);
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
