/** The books of the inventory pipeline: Kafka, ledger, log of events, orders and stock. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { inventoryStreams, type Stream, streams } from '#domain/streams.ts';
import { readLedger } from './ledger-books.ts';
import { ledgerChecks, ledgerTotals, sum } from './ledger-checks.ts';
import { type Check, check, locate, type StreamTotals } from './proof.ts';
import type { Sources } from './prove.ts';
import type { ProofOptions } from './request.ts';
import type { Range } from './tiling.ts';

export async function proveInventory(
  { offsets }: Sources,
  transaction: Transaction,
  { settled }: ProofOptions,
): Promise<{ checks: Check[]; totals: Record<string, StreamTotals> }> {
  const checks = [await stockCheck(transaction), await ordersCheck(transaction), await strayCheck(transaction)];
  const totals: Record<string, StreamTotals> = {};
  for (const stream of inventoryStreams) {
    const books = await readLedger(transaction, stream);
    const kafka = await offsets(stream.topic);
    const streamTotals = ledgerTotals(books, kafka);
    checks.push(...ledgerChecks(stream.topic, books, kafka), await logCheck(transaction, stream));
    if (settled) checks.push(check(`${stream.topic}: nothing waits in Kafka`, 0, streamTotals.lag));
    totals[stream.topic] = streamTotals;
  }
  return { checks, totals };
}

interface Stock {
  readonly product_id: string;
  readonly due: number;
  readonly quantity_on_hand: number;
  /** It has movements and no shelf. */
  readonly is_gone: boolean;
}

/** Per product: stock = opening + the sum of all processed movements. */
async function stockCheck(transaction: Transaction): Promise<Check> {
  const { rows } = await transaction.query<Stock>(`
    with movements as (
      select product_id, sum(change)::bigint as change
      from inventory.events_log
      where status = 'processed'
      group by product_id
    )
    select
      product_id,
      coalesce(opening_quantity, 0) + coalesce(change, 0) as due,
      coalesce(quantity_on_hand, 0) as quantity_on_hand,
      quantity_on_hand is null as is_gone
    from inventory.inventory
    full join movements using (product_id)
    order by product_id`);
  const off = rows.filter(({ due, quantity_on_hand, is_gone }) => due !== quantity_on_hand || is_gone);
  return check(
    'inventory: stock = opening + sum of all movements, for every product',
    sum(rows, ({ due }) => due),
    sum(rows, ({ quantity_on_hand }) => quantity_on_hand),
    off.map(
      ({ product_id, due, quantity_on_hand, is_gone }) =>
        `product ${product_id}: ${due} due, ${is_gone ? 'not in inventory.inventory' : `${quantity_on_hand} on hand`}`,
    ),
  );
}

/** Every processed sale stands in inventory.orders with its product and quantity, and nothing else does. */
async function ordersCheck(transaction: Transaction): Promise<Check> {
  const { rows } = await transaction.query<{ event_id: string; logged: number | null; ordered: number | null }>(`
    with sales as (
      select event_id, product_id, -change as quantity
      from inventory.events_log
      where status = 'processed' and change < 0
    )
    select event_id, sales.quantity as logged, orders.quantity as ordered
    from sales
    full join inventory.orders using (event_id)
    where (sales.product_id, sales.quantity) is distinct from (orders.product_id, orders.quantity)
    order by event_id
    limit 1000`);
  return check(
    'inventory: every sale of the log stands in orders',
    0,
    rows.length,
    rows.map(({ event_id, logged, ordered }) => `event ${event_id}: ${logged} in the log, ${ordered} in orders`),
  );
}

/** An event that someone wrote into the log by hand may agree with stock and orders, and Kafka never had it. */
async function strayCheck(transaction: Transaction): Promise<Check> {
  const { consumer } = streams.onlineOrders;
  // Whether each delivery has its events is for logCheck to say, so counts tell of strays, and only then they are sought.
  const { rows } = await transaction.query<{ strays: number }>(
    `select greatest(0, (select count(*) from inventory.events_log) - coalesce(sum(records), 0))::bigint as strays
     from ledger.deliveries
     where consumer = $1 and state = 'committed'`,
    [consumer],
  );
  const strays = rows[0]?.strays ?? 0;
  const where = strays === 0 ? [] : await placesOfStrays(transaction, consumer);
  return check('inventory: every event of the log came in a delivery', 0, strays, where);
}

async function placesOfStrays(transaction: Transaction, consumer: string): Promise<string[]> {
  const { rows } = await transaction.query<{ topic: string; partition: number; kafka_offset: number }>(
    `select topic, partition, kafka_offset
     from inventory.events_log as event
     where not exists (
       select
       from ledger.deliveries as delivery
       where delivery.consumer = $1 and delivery.state = 'committed'
         and (delivery.topic, delivery.partition) = (event.topic, event.partition)
         and kafka_offset between first_offset and last_offset
     )
     order by topic, partition, kafka_offset
     limit 100`,
    [consumer],
  );
  return rows.map(({ kafka_offset, ...where }) =>
    locate({ ...where, firstOffset: kafka_offset, lastOffset: kafka_offset }),
  );
}

type LogCounts = Range & Record<'processed' | 'duplicate' | 'rejected' | 'accepted' | 'duplicates' | 'refused', number>;

/** The log has a row for each record, with the outcome that the ledger counted. */
async function logCheck(transaction: Transaction, { consumer, topic }: Stream): Promise<Check> {
  const { rows } = await transaction.query<LogCounts>(
    `select
       deliveries.topic,
       deliveries.partition,
       first_offset as "firstOffset",
       last_offset as "lastOffset",
       accepted,
       duplicates,
       rejected as refused,
       count(*) filter (where events_log.status = 'processed') as processed,
       count(*) filter (where events_log.status = 'duplicate') as duplicate,
       count(*) filter (where events_log.status = 'rejected') as rejected
     from ledger.deliveries
     left join inventory.events_log
       on events_log.topic = deliveries.topic
       and events_log.partition = deliveries.partition
       and kafka_offset between first_offset and last_offset
     where deliveries.consumer = $1 and deliveries.topic = $2 and state = 'committed'
     group by delivery_id`,
    [consumer, topic],
  );
  const off = rows.filter(
    (row) => row.processed !== row.accepted || row.duplicate !== row.duplicates || row.rejected !== row.refused,
  );
  return check(
    `${topic}: the log has every record with its outcome`,
    sum(rows, ({ accepted, duplicates, refused }) => accepted + duplicates + refused),
    sum(rows, ({ processed, duplicate, rejected }) => processed + duplicate + rejected),
    off.map(
      (row) =>
        `${locate(row)}: ${row.accepted} + ${row.duplicates} + ${row.refused} in the ledger, ` +
        `${row.processed} + ${row.duplicate} + ${row.rejected} in the log`,
    ),
  );
}
