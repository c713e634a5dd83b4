/** Airflow: API server with user interface, scheduler with its workers, DAG processor; metadata in PostgreSQL. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AirflowClient, type AirflowLogin, airflowClient } from '#adapters/airflow.ts';
import { configurationOf } from '#adapters/configuration-file.ts';
import { identifier, literal, openPool } from '#adapters/postgres/index.ts';
import { postgresUrl } from '#adapters/postgres/url.ts';
import { inRepository } from '#adapters/repository.ts';
import { dagNames } from '#cdk/dags.ts';
import { scheduleVariables } from '#domain/configuration/keys.ts';
import type { Credentials } from '../emr/caller.ts';
import type { InstallContext } from '../install/once.ts';
import { compiledPython } from '../install/pycache.ts';
import { installPython } from '../install/python.ts';
import { run } from '../install/run.ts';
import { allOrError } from '../processes/all-or-error.ts';
import type { RunningService, StartContext } from '../processes/service.ts';
import { type Command, type SupervisedProcess, supervise } from '../processes/supervise.ts';
import { whenReady } from '../processes/when-ready.ts';
import { airflowEnvironment } from './airflow-settings.ts';
import type { PostgresConnection } from './postgres.ts';

export interface AirflowOptions {
  readonly port: number;
  /** A connection that may make databases: Airflow gets one of its own, `airflow` or as `metadata` says, on that server. */
  readonly database: PostgresConnection;
  readonly metadata?: string | undefined;
  /** LocalStack's address, where DAGs call functions, and where Airflow looks up Variables and connections first. */
  readonly awsEndpoint: string;
  /** The stand-in for EMR Serverless, where the DAGs start Spark jobs. */
  readonly emrEndpoint: string;
  /** The stand-in's. */
  readonly credentials: Credentials;
  /** Airflow Variables, by name. Those that a deployment publishes in Secrets Manager win. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface AirflowService extends RunningService, AirflowLogin {
  readonly client: AirflowClient;
}

const FOLDER = inRepository('airflow');
const DAGS = join(FOLDER, 'dags');
const PRELOADED = join(import.meta.dirname, 'airflow_preloaded.py');
const METADATA = 'airflow';
/** By which a later run knows that it may replace the database. */
const OURS = 'Metadata of the Airflow that npm start of Tillstream runs';
const USERNAME = 'admin';

/**
 * Resolves when API server, scheduler and DAG processor are healthy and every DAG is known. The DAGs are paused:
 * unpause each with `client.setPaused` once the functions that it calls are deployed.
 */
export async function startAirflow(options: AirflowOptions, context: StartContext): Promise<AirflowService> {
  const { port, database, metadata = METADATA, awsEndpoint, emrEndpoint, credentials, variables = {} } = options;
  const programs = await installAirflow(context);
  context.signal?.throwIfAborted();

  const home = join(context.runFolder, 'airflow');
  const isRestarted = existsSync(home);
  const passwordsFile = join(home, 'passwords.json');
  const login = { url: `http://127.0.0.1:${port}`, username: USERNAME, password: keptPassword(passwordsFile) };
  const env = {
    ...airflowEnvironment({
      port,
      home,
      dagsFolder: DAGS,
      metadata: metadataUrl(database, metadata),
      awsEndpoint,
      emrEndpoint,
      credentials,
      variables,
      passwordsFile,
      username: USERNAME,
      secret: newSecret(),
    }),
    // Both of its drivers know these, and only one of them knows parameters of the address.
    ...(database.ssl && { PGSSLMODE: 'verify-full', PGSSLROOTCERT: database.ssl.file }),
    ...scheduleVariables(configurationOf('local').values),
    ...compiledPython(context.installFolder),
    PATH: `${programs}:${process.env.PATH}`,
    LANG: 'C.UTF-8',
  };

  context.report('creating its metadata database');
  await ensureMetadataDatabase(database, metadata, isRestarted);
  await run(join(programs, 'airflow'), ['db', 'migrate'], { env, cwd: home, signal: context.signal });
  context.signal?.throwIfAborted();

  context.report('starting');
  const command = (part: string, program: string, ...args: string[]): Command => ({
    name: `Airflow ${part}`,
    command: join(programs, program),
    args,
    env,
    cwd: home,
    logFile: join(context.runFolder, 'logs', `airflow-${part}.log`),
  });
  const airflow = await superviseTogether(
    [
      command('api-server', 'airflow', 'api-server'),
      // The API server reads task logs from disk; the log server would take a fixed port.
      command('scheduler', 'python', PRELOADED, 'scheduler', '--skip-serve-logs'),
      command('dag-processor', 'python', PRELOADED, 'dag-processor'),
    ],
    context.runFolder,
  );
  const client = airflowClient(login);
  await whenReady(airflow, {
    what: `Airflow is healthy on port ${port} and knows its DAGs`,
    signal: context.signal,
    attempt: async () => (await isHealthy(login.url)) && (await knowsDags(client)),
  });
  return { ...airflow, ...login, client };
}

/** @returns the folder that has the programs `airflow`, `python` and `pytest` */
export async function installAirflow(context: InstallContext): Promise<string> {
  const lockFile = join(FOLDER, 'requirements.lock');
  return join(await installPython({ ...context, name: 'airflow', lockFile }), 'bin');
}

/** Stays the same when Airflow is restarted in the same run, since clients hold it. */
function keptPassword(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ [USERNAME]: newSecret() }), { mode: 0o600 });
  }
  const { [USERNAME]: password } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  if (!password) throw new Error(`Expected a password for ${USERNAME} in ${file}; delete the file.`);
  return password;
}

const newSecret = (): string => randomBytes(24).toString('base64url');

const metadataUrl = (connection: PostgresConnection, database: string): string =>
  postgresUrl({ ...connection, database, ssl: undefined }, 'postgresql+psycopg2');

/**
 * @param isRestarted in its run; else it begins anew, even on a server whose data were kept: its history goes with the run
 * @throws if somebody else has made a database of that name
 */
async function ensureMetadataDatabase(
  database: PostgresConnection,
  metadata: string,
  isRestarted: boolean,
): Promise<void> {
  const pool = openPool({ ...database, max: 1 });
  try {
    const { rows } = await pool.query<{ said: string | null }>(
      "select shobj_description(oid, 'pg_database') as said from pg_database where datname = $1",
      [metadata],
    );
    const [present] = rows;
    if (present && metadata !== METADATA && present.said !== OURS)
      throw new Error(
        `Airflow's database would replace ${metadata}, which isn't ours: rename it, or drop it if nobody needs it.`,
      );
    if (present && isRestarted) return;
    const name = identifier(metadata);
    if (present) await pool.query(`drop database ${name} with (force)`);
    await pool.query(`create database ${name}`);
    await pool.query(`comment on database ${name} is ${literal(OURS)}`);
    // By default everybody may connect to a new database, and fill its disk.
    await pool.query(`revoke all on database ${name} from public`);
  } finally {
    await pool.end();
  }
}

/** Presents several processes as one service, which has failed as soon as one of them ends. */
async function superviseTogether(commands: readonly Command[], runFolder: string): Promise<SupervisedProcess> {
  const processes: SupervisedProcess[] = [];
  const all = async (what: 'stop' | 'kill'): Promise<void> => {
    await allOrError(processes.map((each) => each[what]()));
  };
  try {
    for (const command of commands) processes.push(await supervise(command, runFolder));
  } catch (error) {
    await all('kill');
    throw error;
  }
  const [first] = processes as [SupervisedProcess];
  const failed = Promise.race(processes.map((each) => each.failed));
  failed.catch(() => {});
  return {
    name: 'Airflow',
    pid: first.pid,
    pids: processes.flatMap(({ pids }) => pids),
    logFile: first.logFile,
    exit: first.exit,
    failed,
    stop: () => all('stop'),
    kill: () => all('kill'),
  };
}

interface Health {
  readonly metadatabase: { readonly status: string | null };
  readonly scheduler: { readonly status: string | null };
  readonly dag_processor: { readonly status: string | null };
}

async function isHealthy(url: string): Promise<boolean> {
  const response = await fetch(`${url}/api/v2/monitor/health`, { signal: AbortSignal.timeout(5_000) });
  const { metadatabase, scheduler, dag_processor } = (await response.json()) as Health;
  return [metadatabase, scheduler, dag_processor].every(({ status }) => status === 'healthy');
}

async function knowsDags(client: AirflowClient): Promise<boolean> {
  const [broken] = await client.importErrors();
  if (broken) throw new Error(`${broken.filename} does not import:\n${broken.stack_trace}`);
  const dags = await Promise.all(dagNames().map((name) => client.dag(name)));
  return dags.every((dag) => dag !== undefined);
}
