/** What was written so far, asked of PostgreSQL's own counters: no row is read. */
import { askable } from './asking/askable.ts';
import type { Backbone } from './backbone.ts';

/** Of what a proof looks at: not what the proof itself writes, nor the relay's clock. */
const WRITTEN = `
  select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::text as written
  from pg_stat_user_tables
  where
    schemaname = any('{shop,inventory,payments,warehouse,curated,gold,ledger}')
    and (schemaname <> 'ledger' or relname not in ('closing', 'closed_partitions', 'closed_stock', 'proofs', 'relay_hours'))`;

/** @returns another text once anything more was written */
export const readWritten = askable('readWritten', async ({ pool }: Pick<Backbone, 'pool'>): Promise<string> => {
  const { rows } = await pool.query<{ written: string }>(WRITTEN);
  return rows[0]?.written ?? '';
});
