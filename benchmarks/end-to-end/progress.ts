import type { Pool } from '#adapters/postgres/index.ts';

export interface Progress {
  /** The table's rows, counted only if the table has grown since the last count: it is asked ten times a second. */
  rows(): Promise<number>;
  /** Milliseconds from one commit to the next, the last time that two followed each other. */
  cycle(): number;
  /** It was started again, so what comes next doesn't follow. */
  restart(): void;
}

const FIRST_CYCLE_MS = 500;

export function watchProgress(pool: Pool, table: string): Progress {
  let known = { bytes: '0', rows: 0 };
  let cycle = FIRST_CYCLE_MS;
  let grewAt: number | undefined;
  return {
    async rows() {
      const { rows: sizes } = await pool.query<{ bytes: string }>('select pg_relation_size($1)::text as bytes', [
        table,
      ]);
      const { bytes = '0' } = sizes[0] ?? {};
      if (bytes === known.bytes) return known.rows;
      const { rows: counts } = await pool.query<{ rows: number }>(`select count(*)::integer as rows from ${table}`);
      const { rows = 0 } = counts[0] ?? {};
      if (rows > known.rows) {
        const now = performance.now();
        if (grewAt !== undefined) cycle = now - grewAt;
        grewAt = now;
      }
      known = { bytes, rows };
      return rows;
    },
    cycle: () => cycle,
    restart() {
      grewAt = undefined;
    },
  };
}
