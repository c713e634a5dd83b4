/** How much of a database some work reads: the same on a slow machine as on a fast one. */
import { openPool, type Pool } from '#adapters/postgres/index.ts';

const TIMES = 5;

/** A pool of a single connection on the same database, which knows all that it has read. */
export function singleConnection(pool: Pool, options?: string): Pool {
  const { host = '', port = 0, user, password, database = '' } = pool.options;
  return openPool({ host, port, user, password, database, max: 1, ...(options !== undefined && { options }) });
}

/**
 * Blocks of 8 KB that the work reads by this connection, alone in its database: the least of several times, since PostgreSQL's autovacuum may
 * read beside any of them.
 */
export async function blocksRead(connection: Pool, work: () => Promise<unknown>): Promise<number> {
  const counts: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const before = await blocksReadSoFar(connection);
    await work();
    counts.push((await blocksReadSoFar(connection)) - before);
  }
  return Math.min(...counts);
}

/** Blocks of 8 KB that the server has read so far for the pool's database, from its cache or the disk. */
export async function blocksReadSoFar(pool: Pool): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()');
  await pool.query('select pg_stat_clear_snapshot()');
  const { rows } = await pool.query<{ blocks: number }>(
    'select (blks_hit + blks_read)::float8 as blocks from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.blocks ?? 0;
}
