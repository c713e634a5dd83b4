/** How much of a database some work reads: the same on a slow machine as on a fast one. */
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { blocksReadSoFar } from '#benchmarks/blocks-read.ts';

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
