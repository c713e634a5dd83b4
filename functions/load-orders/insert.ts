/**
 * Inserts rows into the warehouse, each order once. Nearly all orders are new: COPY puts them straight into the table, sorted, which
 * costs PostgreSQL a third of an insert from a temporary table. The others, which settle.ts accounts for, are staged.
 */
import { copyInOrder } from '#adapters/postgres/copy.ts';
import { type EncodedRows, idParameter, idsOf } from '#adapters/postgres/encoded-rows.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { idsOfTexts, orderById, splitByKnown } from '#domain/id-order.ts';
import { rowColumns } from './runs.ts';

/** How many of the rows were inserted, and how many are in the temporary table `incoming`. */
export interface Inserted {
  readonly inserted: number;
  readonly staged: number;
}

/**
 * In the order of order_id, so that the index fills page by page and two loads of a run each cannot deadlock. Loads of several
 * runs may, and are tried again.
 *
 * @throws unique_violation if another load has inserted one of the orders since it was asked for
 */
export async function insertNew(transaction: Transaction, run: EncodedRows): Promise<Inserted> {
  const ids = idsOf(run);
  const order = orderById(ids);
  const { fresh, others } = splitByKnown(ids, order, await knownIds(transaction, ids, order));
  if (fresh.length > 0) await copyInOrder(transaction, 'warehouse.fact_orders', rowColumns, run, fresh);
  const { staged } = await stageAll(transaction, run, others);
  return { inserted: fresh.length, staged };
}

/** Stages rows, whatever they are. */
export async function stageAll(
  transaction: Transaction,
  run: EncodedRows,
  rows = orderById(idsOf(run)),
): Promise<Inserted> {
  if (rows.length > 0) {
    await transaction.query(INCOMING);
    await copyInOrder(transaction, 'pg_temp.incoming', rowColumns, run, rows);
  }
  return { inserted: 0, staged: rows.length };
}

const INCOMING = 'create temporary table if not exists incoming (like warehouse.fact_orders) on commit drop';

async function knownIds(transaction: Transaction, ids: Uint32Array, order: Uint32Array): Promise<Uint32Array> {
  const { rows } = await transaction.query<[string]>({
    text: KNOWN_IDS,
    values: [idParameter(ids, order)],
    rowMode: 'array',
  });
  return idsOfTexts(rows.map(([id]) => id));
}

/** Without the inner select, the planner would look at each id, which takes it as long as to answer. */
const KNOWN_IDS = `
  select order_id from warehouse.fact_orders where order_id = any((select $1::uuid[])::uuid[]) order by order_id`;
