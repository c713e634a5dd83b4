/** A PostgreSQL of a contest's own. */
import { chmodSync } from 'node:fs';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { type PostgresConnection, startPostgres } from '#localstack/services/postgres.ts';
import { sqlFolder } from '#sql/folder.ts';
import { migrate, readMigrations } from '#sql/migrate.ts';
import { treeCpu } from './cpu.ts';
import type { Settings } from './settings.ts';

type Folders = Pick<Settings, 'folder' | 'installFolder'>;

export interface Database {
  /** Of one connection, unless told otherwise. */
  readonly pool: Pool;
  /** Its owner's, as the pool's. */
  readonly connection: PostgresConnection;
  /** The same as a connection string, for the contenders. */
  readonly url: string;
  /** CPU seconds of all its processes so far. */
  cpu(): number;
  stop(): Promise<void>;
}

/** @returns a database without tables */
export async function startDatabase({ folder, installFolder }: Folders, { max = 1 } = {}): Promise<Database> {
  const [port = 0] = await freePorts(1);
  chmodSync(folder, 0o755); // PostgreSQL may run as another user.
  const report = (progress: string) => console.error(`PostgreSQL: ${progress}`);
  const server = await startPostgres({ port, password: 'benchmark' }, { runFolder: folder, installFolder, report });
  const { connection } = server;
  const pool = openPool({ ...connection, max });
  const { user, password, host, database } = connection;
  return {
    ...{ pool, connection, url: `postgres://${user}:${password}@${host}:${port}/${database}` },
    cpu: () => server.pids.reduce((sum, pid) => sum + treeCpu(pid), 0),
    async stop() {
      await pool.end();
      await server.stop();
    },
  };
}

/** Works with a database that has our tables. */
export async function withPostgres<T>(folders: Folders, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await startDatabase(folders);
  try {
    await migrateAll(database.pool);
    return await work(database);
  } finally {
    await database.stop();
  }
}

export const migrateAll = async (pool: Pool) => migrate(pool, await readMigrations(sqlFolder('migrations')));
