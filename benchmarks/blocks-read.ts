import type { Pool } from '#adapters/postgres/index.ts';

/** Blocks of 8 KB that the server has read so far for the pool's database, from its cache or the disk. */
export async function blocksReadSoFar(pool: Pool): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()');
  await pool.query('select pg_stat_clear_snapshot()');
  const { rows } = await pool.query<{ blocks: number }>(
    'select (blks_hit + blks_read)::float8 as blocks from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.blocks ?? 0;
}
