/** run/status.json of a running stack: every endpoint and credential, for clients of any kind. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KafkaConfiguration, kafkaOf } from '#adapters/configuration.ts';
import { postgresUrl } from '#adapters/postgres/url.ts';
import { localLakeBucket } from '#cdk/config/local-services.ts';
import type { OwnName } from '../own/given.ts';
import { identify } from '../processes/processes.ts';
import type { LakeAccess } from '../services/lake-access.ts';
import { localCredentials, REGION } from '../services/local-aws.ts';
import type { PostgresConnection } from '../services/postgres.ts';
import type { KeptData } from './kept.ts';
import type { StackServices } from './services.ts';

export interface AwsAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface StackStatus {
  /** The process that runs the stack; ending it ends the stack. */
  readonly pid: number;
  /** With the pid it names the process for good, since pids are reused. */
  readonly processStarted?: string | undefined;
  /** ISO 8601 */
  readonly startedAt: string;
  /** Data and logs of this run. */
  readonly runFolder: string;
  /** The data that outlive it, and its number among the runs on them. Missing if nothing is kept. */
  readonly kept?: Pick<KeptData, 'folder' | 'starts'>;
  /** Services that were there already: used, and left as they are when the stack stops. */
  readonly own?: readonly OwnName[];
  readonly kafka: KafkaConfiguration;
  /** `url` is a connection string for psql and other clients. */
  readonly postgres: PostgresConnection & { readonly url: string };
  /** The login of dashboards and analysts. Missing if nothing was deployed. */
  readonly biReader?: { readonly user: string; readonly password: string; readonly url: string };
  readonly s3: LakeAccess;
  /** A function's name is `<functionPrefix>-<name>`, such as tillstream-local-prove. */
  readonly lambda: AwsAccess & { readonly functionPrefix: string };
  readonly elasticsearch: { readonly url: string };
  /** Where Spark jobs are started. */
  readonly emr: AwsAccess & { readonly applicationId: string; readonly jobRoleArn: string };
  /** Missing if the stack was started without Airflow. */
  readonly airflow?: { readonly url: string; readonly username: string; readonly password: string };
  /** The page: whoever has the key may do there what this user may. Missing where none is served. */
  readonly console?: {
    readonly url: string;
    readonly key: string;
    /** With which it reads the database. */
    readonly login: { readonly user: string; readonly password: string };
    /** True in docker compose: no port but the page's leads into the containers. */
    readonly published?: boolean;
  };
}

const fileIn = (runFolder: string): string => join(runFolder, 'status.json');

/** Readable by its owner only: it holds passwords. */
export function writeStatus(status: StackStatus): void {
  const file = fileIn(status.runFolder);
  writeFileSync(`${file}.new`, `${JSON.stringify(status, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** @returns undefined if no stack has come up in that run folder */
export function readStatus(runFolder: string): StackStatus | undefined {
  try {
    return JSON.parse(readFileSync(fileIn(runFolder), 'utf8')) as StackStatus;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether the process that runs the stack is still there: after `kill -9` its status stays behind. */
export function isAlive({ pid, processStarted }: StackStatus): boolean {
  const found = identify(pid);
  return found !== undefined && (processStarted === undefined || found.started === processStarted);
}

/** The login with which dashboards and analysts read the database. */
export function biReaderOf(
  { host, port, database, ssl }: PostgresConnection,
  password: string,
): StackStatus['biReader'] {
  return { user: 'bi_reader', password, url: postgresUrl({ host, port, database, ssl, user: 'bi_reader', password }) };
}

export function describeStack(
  services: StackServices,
  {
    runFolder,
    kept,
    own = [],
    lake,
    biReaderPassword,
    console,
  }: Pick<StackStatus, 'runFolder' | 'console' | 'own'> & {
    readonly kept?: KeptData | undefined;
    /** Where it isn't LocalStack's. */
    readonly lake?: LakeAccess | undefined;
    readonly biReaderPassword?: string | undefined;
  },
): StackStatus {
  const { kafka, postgres, localstack, elasticsearch, emr, airflow } = services;
  const aws: AwsAccess = { endpoint: localstack.endpoint, region: REGION, ...localCredentials };
  return {
    pid: process.pid,
    processStarted: identify(process.pid)?.started,
    startedAt: new Date().toISOString(),
    runFolder,
    ...(kept && { kept: { folder: kept.folder, starts: kept.starts } }),
    ...(own.length > 0 && { own }),
    kafka: kafkaOf(kafka),
    postgres: { ...postgres.connection, url: postgresUrl(postgres.connection) },
    ...(biReaderPassword !== undefined && { biReader: biReaderOf(postgres.connection, biReaderPassword) }),
    s3: lake ?? { ...aws, bucket: localLakeBucket },
    lambda: { ...aws, functionPrefix: 'tillstream-local' },
    elasticsearch: { url: elasticsearch.url },
    emr: {
      ...{ endpoint: emr.endpoint, region: REGION, ...emr.credentials },
      ...{ applicationId: emr.applicationId, jobRoleArn: emr.jobRoleArn },
    },
    ...(airflow && { airflow: { url: airflow.url, username: airflow.username, password: airflow.password } }),
    ...(console && { console }),
  };
}
