/** Brings the shop's tables up to date with a batch of products or customers. */
import type { Transaction } from '#adapters/postgres/index.ts';
import type { Applied, NewRecords } from '#delivery/apply.ts';
import { latestOf, replaceByKey } from '#delivery/replace-by-key.ts';
import { type Stream, streams } from '#domain/streams.ts';

/**
 * A product without a shelf gets an empty one, so that its movements are accepted from now on. Also one that is gone and that the shop had
 * added itself: what is left of it is still sold.
 */
const NEW_SHELVES = `
  insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand)
  select product_id, 0, 0
  from json_to_recordset($1::json) as incoming (product_id text)
  inner join shop.products using (product_id)
  order by product_id
  on conflict do nothing`;

const THRESHOLDS = `
  with incoming as (
    select * from json_to_recordset($1::json) as incoming (product_id text, low_stock_threshold bigint)
  ),
  shelves as materialized (
    select product_id, incoming.low_stock_threshold
    from inventory.inventory
    inner join incoming using (product_id)
    where inventory.low_stock_threshold <> incoming.low_stock_threshold
    order by product_id
    for no key update of inventory
  )
  update inventory.inventory
  set low_stock_threshold = shelves.low_stock_threshold
  from shelves
  where inventory.product_id = shelves.product_id`;

export async function updateShop(
  transaction: Transaction,
  stream: Stream<Stream['event']>,
  records: NewRecords,
): Promise<Applied> {
  const latest = latestOf(stream, records);
  const applied = await replaceByKey(transaction, stream, records, latest);
  // By its event, since a test's topic has a name of its own.
  if (stream.event === streams.products.event)
    for (const sql of [NEW_SHELVES, THRESHOLDS]) await transaction.query(sql, [JSON.stringify(latest)]);
  return applied;
}
