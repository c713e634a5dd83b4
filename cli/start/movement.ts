/** Whether anything moves: what was written that a proof would look at, asked of PostgreSQL's own counters: no row is read. */
import type { Pool } from '#adapters/postgres/index.ts';

/** Not what the proof itself writes, nor the relay's clock. */
const WRITTEN = `
  select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::text as written
  from pg_stat_user_tables
  where
    schemaname = any('{shop,inventory,payments,warehouse,curated,gold,ledger}')
    and (schemaname <> 'ledger' or relname not in ('closing', 'closed_partitions', 'closed_stock', 'proofs', 'relay_hours'))`;

/** What was written so far; another text once anything more was. */
export async function readWritten(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ written: string }>(WRITTEN);
  return rows[0]?.written ?? '';
}

/** What stands still is proved too, more seldom: something may wait too long, or a DAG have failed. */
const AT_LEAST_EVERY_MS = 300_000;

export interface Due {
  /** Whether to prove now. @param written by `readWritten`; undefined if that is no reason to leave it out */
  isDue(written: string | undefined, now: number): boolean;
}

/** Remembers what was written when it last said that a proof is due. */
export function proofsDue(): Due {
  let last: { readonly written: string | undefined; readonly at: number } | undefined;
  return {
    isDue(written, now) {
      const isDue =
        last === undefined ||
        written === undefined ||
        written !== last.written ||
        Math.abs(now - last.at) >= AT_LEAST_EVERY_MS;
      if (isDue) last = { written, at: now };
      return isDue;
    },
  };
}

/** Milliseconds between two looks at how far the streams have come: fewer once nothing has changed for half a minute. */
export const lookAgainAfter = (unchangedLooks: number): number => (unchangedLooks < 30 ? 1_000 : 5_000);
