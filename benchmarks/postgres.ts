import { chmodSync } from 'node:fs';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { startPostgres } from '#localstack/services/postgres.ts';
import { sqlFolder } from '#sql/folder.ts';
import { migrate, readMigrations } from '#sql/migrate.ts';
import { treeCpu } from './cpu.ts';
import type { Settings } from './settings.ts';

/** A PostgreSQL of a contest's own, with our tables. */
export interface Server {
  /** Of one connection. */
  readonly pool: Pool;
  /** For the contenders. */
  readonly url: string;
  /** CPU seconds of all its processes so far. */
  cpu(): number;
}

export async function withPostgres<T>(
  { folder, installFolder }: Settings,
  work: (server: Server) => Promise<T>,
): Promise<T> {
  const [port = 0] = await freePorts(1);
  chmodSync(folder, 0o755); // PostgreSQL may run as another user.
  const report = (progress: string) => console.error(`PostgreSQL: ${progress}`);
  const server = await startPostgres({ port, password: 'benchmark' }, { runFolder: folder, installFolder, report });
  const pool = openPool({ ...server.connection, max: 1 });
  try {
    await migrate(pool, await readMigrations(sqlFolder('migrations')));
    const { user, password, host, database } = server.connection;
    const url = `postgres://${user}:${password}@${host}:${port}/${database}`;
    return await work({ pool, url, cpu: () => server.pids.reduce((sum, pid) => sum + treeCpu(pid), 0) });
  } finally {
    await pool.end();
    await server.stop();
  }
}
