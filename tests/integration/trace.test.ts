/** `npx tillstream trace` on real PostgreSQL and S3, with what the deployed functions' roles wrote: each place of an id of any kind. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import type { Pool } from '#adapters/postgres/index.ts';
import type { Consume } from '#delivery/consume.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { text } from '#domain/columns.ts';
import { upTo } from '#domain/stream.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { listNewFiles } from '#functions/load-orders/list.ts';
import { load } from '#functions/load-orders/load.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { updateShop } from '#functions/update-shop/update-shop.ts';
import { deliveriesThatMayHold } from '#operations/trace/deliveries.ts';
import { inObjects } from '#operations/trace/objects.ts';
import { spellings } from '#operations/trace/place.ts';
import { placesOf } from '#operations/trace/trace.ts';
import { uuidOf } from '../support/archived.ts';
import { kafkaFrom, kafkaWithoutRecords } from '../support/kafka-from.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

/** Objects of orders, and as many of user events. */
const OBJECTS = 30;
const at = '2026-01-02T03:04:05Z';
let pool: Pool;
let stores: { pool: Pool; lake: Awaited<ReturnType<typeof freshLake>> };
/** As the page finds them, whose login may do the least. */
let looking: typeof stores;

const order = (n: number) => ({
  order_id: uuidOf(n),
  user_id: uuidOf(1),
  amount: '19.99',
  currency: 'EUR',
  category: 'books',
  country: 'DE',
  created_at: at,
});
const purchase = (n: number) => ({
  event_id: uuidOf(100_000 + n),
  user_id: uuidOf(1),
  event_type: 'purchase',
  product_id: 'mug',
  occurred_at: at,
  order_id: uuidOf(n),
  amount: '19.99',
  currency: 'EUR',
});
const sale = (n: number, product_id = 'mug') => ({
  event_id: `sale-${n}`,
  order_id: uuidOf(n),
  product_id,
  quantity: 1,
  timestamp: at,
});
const payment = (n: number) => ({
  transaction_id: uuidOf(200_000 + n),
  user_id: uuidOf(1),
  amount: '19.99',
  currency: 'EUR',
  status: 'completed',
  event_time: at,
});

const offsets = new Map<string, number>();

/** Delivers the events to partition 0 of the stream, as one batch at its next offsets. */
async function deliver(
  consume: Consume<never>,
  stream: Stream,
  events: readonly object[],
  key?: string,
): Promise<void> {
  const from = offsets.get(stream.topic) ?? 0;
  offsets.set(stream.topic, from + events.length);
  const records = events.map((event, index) => ({
    offset: from + index,
    timestamp: Date.parse(at),
    key: key === undefined ? null : Buffer.from(key),
    value: Buffer.from(JSON.stringify(event)),
    headers: [],
  }));
  await consume(stream as never, { topic: stream.topic, partition: 0, records });
}

beforeAll(async () => {
  pool = await freshDatabase();
  stores = { pool, lake: await freshLake() };
  const roles = await Promise.all(
    ['archive_orders', 'archive_user_events', 'update_inventory', 'store_transactions'].map((role) =>
      poolAs(role, pool),
    ),
  );
  const [orders, events, stock, payments] = roles.map((rolePool) => ({
    ...stores,
    pool: rolePool,
    ...kafkaFrom(0),
  })) as [never, never, never, never];
  await pool.query(`insert into shop.products values ('mug', 'Mug', 'kitchen', 4.99)`);
  await pool.query(`insert into inventory.inventory values ('mug', 100, 100, 10)`);
  const archiveOrders = writeToLake(orders, layoutOf(streams.orders));
  const archiveEvents = writeToLake(events, layoutOf(streams.userEvents));
  const move = writeToPostgres<Stream['event']>(stock, applyMovements);
  for (let object = 0; object < OBJECTS; object++) {
    const numbers = [1, 2, 3].map((n) => 1_000 + object * 3 + n);
    await deliver(archiveOrders, streams.orders, numbers.map(order));
    await deliver(archiveEvents, streams.userEvents, numbers.map(purchase));
    await deliver(
      move,
      streams.onlineOrders,
      numbers.map((n) => sale(n)),
    );
    await deliver(writeToPostgres(payments, storePayments), streams.transactions, numbers.map(payment));
  }
  for (const { delivery_ids } of (await listNewFiles(pool)).chunks)
    await load({ ...stores, kafka: kafkaWithoutRecords }, delivery_ids, 'test');
  // A repeat that waits to be loaded, a sale of an unknown product, and a record that can't be used.
  await deliver(archiveOrders, streams.orders, [order(1_050), { order_id: uuidOf(1_050) }]);
  await deliver(move, streams.onlineOrders, [sale(1_050), sale(7, 'unknown')]);
  await Promise.all(roles.map((each) => each.end()));
  looking = { ...stores, pool: await poolAs('console', pool) };
});
afterAll(() => Promise.all([looking.pool.end(), pool.end()]));

/** The places of the id, each with some of its facts, and how many objects were read for them. */
async function traced(id: string) {
  let read = 0;
  const places = await placesOf(looking, id, () => read++);
  return { read, places: places.map(({ place, facts }) => [place, facts] as const) };
}

it('finds an order in the lake, also repeated and not yet loaded, the warehouse, its purchase, its sale and its dead letter', async () => {
  const { read, places } = await traced(uuidOf(1_050).toUpperCase());
  expect(places).toMatchObject([
    ['ledger', { topic: 'orders', partition: 0, offset: 49 }],
    ['lake', { object_key: expect.stringMatching(/^raw\/orders\/.*o48-50\.parquet$/) }],
    ['load', { run_id: 'test' }],
    ['ledger', { topic: 'user_events', offset: 49 }],
    ['bronze', { event_id: uuidOf(101_050), order_id: uuidOf(1_050) }],
    ['ledger', { topic: 'orders', offset: 90 }],
    ['lake', { waiting: 'to be loaded' }],
    ['warehouse', { order_id: uuidOf(1_050), amount: 19.99 }],
    ['stock', { topic: 'online_orders', offset: 90, status: 'duplicate', event_id: 'sale-1050' }],
    ['stock', { topic: 'online_orders', offset: 49, status: 'processed', change: -1 }],
    ['dead letters', { topic: 'orders', offset: 91, reason: 'missing_field' }],
  ]);
  // Three of 61; others are read by mistake, one in 1,700.
  expect(read).toBeLessThanOrEqual(5);
});

it('finds a curated order', async () => {
  await pool.query(
    `insert into curated.fact_orders select order_id, user_id, product_id, 0, kafka_offset, created_at::date, created_at, quantity,
       amount, currency, category, country, 'vip' from warehouse.fact_orders where order_id = $1`,
    [uuidOf(1_001)],
  );
  expect((await traced(uuidOf(1_001))).places).toContainEqual([
    'curated',
    expect.objectContaining({ customer_segment: 'vip' }),
  ]);
});

it('finds an order of the shop’s history that is not yet curated', async () => {
  const customer = "insert into shop.customers values ($1, 'Ada', 'ada@example.org', 'DE', 'vip', $2)";
  await pool.query(customer, [uuidOf(1), at]);
  const history = "insert into shop.orders values ($1, $2, 'mug', 2, 9.98, 'EUR', 'DE', $3)";
  await pool.query(history, [uuidOf(300_001), uuidOf(1), at]);
  expect((await traced(uuidOf(300_001))).places).toMatchObject([['shop', { quantity: 2, amount: 9.98 }]]);
});

it('finds a user event in bronze', async () => {
  const { read, places } = await traced(uuidOf(101_010));
  expect(places).toMatchObject([
    ['ledger', { topic: 'user_events', offset: 9 }],
    ['bronze', { event_type: 'purchase', kafka_offset: 9 }],
  ]);
  expect(read).toBeLessThanOrEqual(3);
});

it('finds a payment, also of before payments bore the id of their delivery', async () => {
  const { read, places } = await traced(uuidOf(201_010));
  expect(places).toMatchObject([
    ['ledger', { topic: 'transactions', partition: 0, offset: 9, delivery_id: expect.any(Number) }],
    ['payments', { transaction_id: uuidOf(201_010), status: 'completed' }],
  ]);
  expect(read).toBeLessThanOrEqual(2);

  const [[, { delivery_id }] = ['', {}]] = places;
  await pool.query('update payments.transactions set delivery_id = null');
  expect((await traced(uuidOf(201_010))).places[0]).toMatchObject(['ledger', { offset: 9, delivery_id }]);
  await pool.query(`update inventory.events_log set delivery_id = null`);
  expect((await traced('sale-1010')).places).toMatchObject([['stock', { offset: 9, delivery_id: expect.any(Number) }]]);
});

it('finds a stock movement by its event, also a rejected one', async () => {
  expect((await traced('sale-1010')).places).toMatchObject([['stock', { offset: 9, order_id: uuidOf(1_010) }]]);
  expect((await traced('sale-7')).places).toMatchObject([
    ['stock', { offset: 91, status: 'rejected' }],
    ['dead letters', { reason: 'unknown_product' }],
  ]);
});

it('finds a product, with its newest movements', async () => {
  const { read, places } = await traced('mug');
  expect(places.slice(0, 3)).toMatchObject([
    ['shop', { name: 'Mug' }],
    ['shelf', { quantity_on_hand: 10 }],
    ['stock', { offset: 90 }],
  ]);
  expect(places).toHaveLength(2 + 20 + 1);
  expect(places.at(-1)).toEqual(['stock', { older: 'not shown, only the newest 20' }]);
  expect(read).toBe(0);
});

it('finds nothing of what is nowhere, and looks into deliveries of before there were filters', async () => {
  expect((await traced(uuidOf(9))).places).toEqual([]);
  await pool.query('create table kept as table ledger.delivery_ids');
  await pool.query('delete from ledger.delivery_ids');
  const { read, places } = await traced(uuidOf(101_010));
  expect(places.map(([place]) => place)).toEqual(['ledger', 'bronze']);
  expect(read).toBe(2 * OBJECTS + 1);
  await pool.query('insert into ledger.delivery_ids table kept');
  await pool.query('drop table kept');
});

it('finds a product that came by its topic, with the record that says how it is', async () => {
  const product = { product_id: 'cup', name: 'Cup', category: 'kitchen', price: '3.99' };
  const role = await poolAs('update_shop', pool);
  await deliver(writeToPostgres({ pool: role, ...kafkaFrom(0) }, updateShop), streams.products, [product], 'cup');
  await role.end();
  expect((await traced('cup')).places).toMatchObject([
    ['ledger', { topic: 'products', partition: 0, offset: 0, delivery_id: expect.any(Number) }],
    ['shop', { name: 'Cup', price: 3.99, is_gone: false }],
    ['shelf', { quantity_on_hand: 0 }],
  ]);
});

it('finds an id of text in capitals, also in an object from before its stream had another id', async () => {
  const event = z.object({ return_id: text(40, 'The return.') });
  const returns = {
    ...{ topic: 'returns', key: 'return_id', ids: ['return_id'], event, partitions: 1, consumer: 'archive-returns' },
    batching: upTo(1),
    lake: { prefix: 'raw/returns', format: 'parquet' },
  } as const satisfies Stream;
  const id = uuidOf(500_001).toUpperCase();
  await deliver(writeToLake({ ...stores, ...kafkaFrom(0) }, layoutOf(returns)), returns, [{ return_id: id }]);
  const later = {
    ...returns,
    ids: ['return_id', 'ticket'],
    event: event.extend({ ticket: text(40, 'Of the complaint.').nullish() }),
  };
  const deliveries = await deliveriesThatMayHold(looking.pool, spellings(id));
  expect(await inObjects(looking, deliveries, spellings(id), () => {}, [later])).toMatchObject([
    { place: 'ledger', facts: { topic: 'returns', offset: 0 } },
    { place: 'lake', facts: { object_key: expect.stringMatching(/^raw\/returns\//) } },
  ]);
});
