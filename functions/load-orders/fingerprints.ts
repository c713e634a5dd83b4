/** Keeps with each load what the rows were that it inserted, for the proof. */
import type { Transaction } from '#adapters/postgres/index.ts';

/**
 * To be called before a row is inserted: tells where the new rows will be. It keeps the planner from reading all of
 * warehouse.fact_orders for a large part of its orders, too: what a load costs must not depend on how many are there. Switching
 * off sequential scans adds a cost at which PostgreSQL would compile each statement, so `jit` is off too.
 *
 * @returns the first block of warehouse.fact_orders that may get one, unless there is room further ahead
 */
export async function blockOfNew(transaction: Transaction): Promise<number> {
  const { rows } = await transaction.query<{ block: number }>(BLOCK_OF_NEW);
  return rows[0]?.block ?? 0;
}

/** PostgreSQL extends a table by up to 64 blocks at once for each who inserts, and may fill these later. */
const BLOCKS_BEFORE_END = 512;

const BLOCK_OF_NEW = `
  select
    greatest(0, pg_relation_size('warehouse.fact_orders') / current_setting('block_size')::bigint - ${BLOCKS_BEFORE_END}) as block,
    set_config('enable_seqscan', 'off', true),
    set_config('jit', 'off', true)`;

/**
 * Sums up the fingerprints of the rows that are in the table, and counts them: as many as ledger.loads says.
 *
 * @param deliveryIds loads that have inserted rows
 * @param block what `blockOfNew` gave
 * @throws if the table has other rows of these deliveries than their loads inserted
 */
export async function keepFingerprints(
  transaction: Transaction,
  deliveryIds: readonly number[],
  block: number,
): Promise<void> {
  // Room further ahead is where rows were deleted or rolled back, or where a page was left unfilled, once VACUUM has found it.
  // Then the whole table is looked through, by the index of the deliveries.
  for (const [query, ...values] of [[KEEP_NEAR_END, `(${block},0)`] as const, [KEEP_ANYWHERE] as const]) {
    const { rowCount } = await transaction.query(query, [deliveryIds, ...values]);
    if (rowCount === deliveryIds.length) return;
  }
  throw new Error(
    `Expected as many rows in warehouse.fact_orders as ledger.loads says for ${deliveryIds.length} deliveries, got others for some ` +
      `of ${deliveryIds.join(', ')}; were rows changed or deleted meanwhile?`,
  );
}

const keep = (written: string): string => `
  with written as (
    select delivery_id, count(*) as rows, sum(warehouse.fingerprint(fact_orders)) as rows_fingerprint
    from ${written}
    group by delivery_id
  )
  update ledger.loads
  set rows_fingerprint = written.rows_fingerprint
  from written
  where loads.delivery_id = written.delivery_id and loads.inserted = written.rows`;

const KEEP_NEAR_END = keep(
  'warehouse.fact_orders join unnest($1::bigint[]) as mine (delivery_id) using (delivery_id) where fact_orders.ctid >= $2::tid',
);

const KEEP_ANYWHERE = keep('warehouse.fact_orders where delivery_id = any($1::bigint[])');
