/** Services that whoever starts the stack has already, and how they are named: by option, or by environment, which `ps` shows to nobody else. */
import type { KafkaConfiguration } from '#adapters/configuration.ts';
import { localLakeBucket } from '#cdk/config/local-services.ts';
import type { LakeAccess } from '../services/lake-access.ts';
import type { PostgresConnection } from '../services/postgres.ts';
import { readKafka } from './given-kafka.ts';
import { readDatabaseTls } from './given-tls.ts';

export interface OwnServices {
  readonly kafka?: KafkaConfiguration;
  readonly postgres?: PostgresConnection;
  /** Its login is found by findS3: it is named nowhere. */
  readonly s3?: Pick<LakeAccess, 'endpoint' | 'bucket'>;
  readonly elasticsearch?: { readonly url: string };
}

export type OwnName = keyof OwnServices;

/** The option of each, its variable, and what it takes. */
export const ownOptions: { readonly [Name in OwnName]: { option: string; variable: string; takes: string } } = {
  kafka: { option: '--kafka', variable: 'TILLSTREAM_KAFKA', takes: '[PROTOCOL://]HOST:PORT' },
  postgres: { option: '--postgres', variable: 'TILLSTREAM_POSTGRES', takes: 'URL' },
  s3: { option: '--s3', variable: 'TILLSTREAM_S3', takes: 'URL' },
  elasticsearch: { option: '--elasticsearch', variable: 'TILLSTREAM_ELASTICSEARCH', takes: 'URL' },
};

export const ownNames = Object.keys(ownOptions) as OwnName[];

/**
 * @param given by name, from the command line; it wins over the environment
 * @throws naming the option or variable whose value can't be used, never a password in it
 */
export function readOwn(given: Partial<Record<OwnName, string | undefined>>, env: NodeJS.ProcessEnv): OwnServices {
  const read = <Service>(name: OwnName, reader: (text: string, source: string) => Service): Service | undefined => {
    const { option, variable } = ownOptions[name];
    if (given[name] !== undefined) return reader(given[name], option);
    return env[variable] ? reader(env[variable], variable) : undefined;
  };
  const kafka = read('kafka', (text, source) => readKafka(text, source, env));
  const postgres = read('postgres', readDatabase);
  const s3 = read('s3', readLake);
  const elasticsearch = read('elasticsearch', readSearch);
  return {
    ...(kafka && { kafka }),
    ...(postgres && { postgres }),
    ...(s3 && { s3 }),
    ...(elasticsearch && { elasticsearch }),
  };
}

function readDatabase(text: string, source: string): PostgresConnection {
  const expected = `${source} expects postgresql://USER:PASSWORD@HOST:PORT/DATABASE`;
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) throw new Error(`${expected}.`);
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent);
  if (!url.hostname || !user || !password || !database)
    throw new Error(`${expected}; it lacks the host, the user, the password or the database.`);
  const ssl = readDatabaseTls(url, expected);
  return { host: url.hostname, port: Number(url.port || 5432), database, user, password, ...(ssl && { ssl }) };
}

function readLake(text: string, source: string) {
  const expected = `${source} expects http://HOST:PORT/BUCKET, or https`;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`${expected}.`);
  if (url.username || url.password || url.search)
    throw new Error(`${expected}, and its login in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.`);
  const bucket = url.pathname.replace(/^\/|\/$/g, '') || localLakeBucket;
  if (!/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(bucket)) throw new Error(`${expected}; "${bucket}" is no bucket's name.`);
  return { endpoint: url.origin, bucket };
}

function readSearch(text: string, source: string) {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`${source} expects http://HOST:PORT.`);
  if (url.username || url.password)
    throw new Error(`${source} has a login, which isn't supported here: functions would have it in their settings.`);
  return { url: url.href.replace(/\/$/, '') };
}
