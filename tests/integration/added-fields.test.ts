/** A field that a stream gets later: its generated migration leaves every fingerprint as it was, and the proof sees the field from then on. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { encodeEvents } from '#adapters/lake/parquet.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { text } from '#domain/columns.ts';
import { eventReader } from '#domain/event-reader.ts';
import { readBatch } from '#domain/read-batch.ts';
import { type Stream, streams } from '#domain/streams.ts';
import type { Loaded } from '#functions/prove/pipelines/loads.ts';
import { rowChecks } from '#functions/prove/pipelines/orders-rows.ts';
import { firstOfItsId } from '#operations/letters/first-of-its-id.ts';
import { fieldMigration } from '#operations/new-stream/field-migration.ts';
import { uuidOf } from '../support/payments.ts';
import { freshDatabase, freshLake } from '../support/stores.ts';

let pool: Pool;
beforeEach(async () => {
  pool = await freshDatabase();
});
afterEach(() => pool.end());

const channel = text(20, 'Where it was sold.').nullish();
const withChannel = (stream: Stream): Stream => ({ ...stream, event: stream.event.extend({ channel }) });
const migrate = (stream: Stream) =>
  pool.query(fieldMigration(withChannel(stream), 'channel', { migrations: ['042_x.sql'] })?.text ?? '');

async function scalar(query: string): Promise<unknown> {
  const { rows } = await pool.query<{ value: unknown }>(`select (${query})::text as value`);
  return rows[0]?.value;
}

const insertOrders = `
  insert into warehouse.fact_orders (order_id, user_id, delivery_id, kafka_offset, amount, currency, category, country, created_at)
  select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '${uuidOf(7)}', 1, n, 19.99, 'EUR', 'books', 'DE', '2026-01-02T03:04:05Z'
  from generate_series(0, 3) as n`;

const cases: readonly [string, Stream, string, string][] = [
  ['warehouse.fact_orders', streams.orders, insertOrders, 'order_id'],
  [
    'payments.transactions',
    streams.transactions,
    `insert into payments.transactions (transaction_id, user_id, amount, currency, status, event_time, processing_time, partition, kafka_offset)
     select gen_random_uuid(), '${uuidOf(7)}', n, 'EUR', 'completed', now(), now(), 0, n from generate_series(0, 3) as n`,
    'transaction_id',
  ],
  [
    'shop.customers',
    streams.customers,
    `insert into shop.customers (customer_id, name, email, country, segment, signed_up_at)
     select gen_random_uuid(), 'Ada', n || '@example.org', 'DE', 'new', now() from generate_series(0, 3) as n`,
    'customer_id',
  ],
  [
    'shop.products',
    streams.products,
    `insert into shop.products (product_id, name, category, price) select 'p' || n, 'Lamp', 'home', n from generate_series(0, 3) as n`,
    'product_id',
  ],
];

it.each(cases)('%s keeps its fingerprints, and an edit of the field is found', async (table, stream, insert, key) => {
  const schema = table.split('.')[0];
  const fingerprints = `select sum(${schema}.fingerprint(rows)) from ${table} as rows`;
  await pool.query(insert);
  const before = await scalar(fingerprints);
  await migrate(stream);
  expect(await scalar(fingerprints)).toBe(before);

  const numbered = `(select ${key} as key, row_number() over (order by ${key}) as n from ${table}) as numbered`;
  const set = (value: string) =>
    pool.query(`update ${table} set channel = ${value} from ${numbered} where ${key} = key`);
  await set(`case n when 1 then 'web' when 2 then 'till' end`);
  const filled = await scalar(fingerprints);
  expect(filled).not.toBe(before);
  await set(`case n when 1 then 'till' when 2 then 'web' end`);
  expect([before, filled], 'two rows have exchanged their values').not.toContain(await scalar(fingerprints));
  await set(`case n when 1 then 'web' when 3 then 'till' end`);
  expect([before, filled], 'a value has moved to another row').not.toContain(await scalar(fingerprints));
  await set('null');
  expect(await scalar(fingerprints)).toBe(before);

  // Once more, it would count for nothing.
  await set(`case n when 1 then 'web' when 2 then 'till' end`);
  await pool.query(`call ledger.count_column('${table}', 'channel')`);
  expect(await scalar(fingerprints)).toBe(filled);
});

it('gives analysts the newest orders with the field', async () => {
  await pool.query(insertOrders);
  await migrate(streams.orders);
  await pool.query(`update warehouse.fact_orders set channel = 'web'`);
  expect(await scalar(`select count(*) from warehouse.newest_orders(30) where channel = 'web'`)).toBe('4');
});

it('tells a repeat with the field from an order that differs there', async () => {
  await pool.query(insertOrders);
  await migrate(streams.orders);
  await pool.query(`update warehouse.fact_orders set channel = 'web' where kafka_offset = 1`);
  const { event } = withChannel(streams.orders);
  const known = (n: number, more: object) => {
    const sent = {
      ...{ order_id: uuidOf(n), user_id: uuidOf(7), amount: 19.99, currency: 'EUR', category: 'books', country: 'DE' },
      ...{ created_at: '2026-01-02T03:04:05Z', ...more },
    };
    const read = eventReader({ event })(Buffer.from(JSON.stringify(sent)));
    return firstOfItsId(pool, withChannel(streams.orders), read);
  };
  expect(await known(1, { channel: 'web' })).toEqual({ state: 'repeat' });
  expect(await known(0, {})).toEqual({ state: 'repeat' });
  expect(await known(1, { channel: 'till', amount: 20 })).toEqual({ state: 'conflict', fields: ['amount', 'channel'] });
  expect(await known(9, {})).toEqual({ state: 'new' });
});

it('refuses a column that rows must have, and one that there is not', async () => {
  const count = (column: string) => pool.query(`call ledger.count_column('warehouse.fact_orders', '${column}')`);
  await expect(count('amount')).rejects.toThrow(
    'Expected a column of warehouse.fact_orders that may be null, got amount',
  );
  await expect(count('channel')).rejects.toThrow('may be null, got channel');
});

it('the proof lets a row from before be without the field, but have no other than the lake', async () => {
  const lake = await freshLake();
  const sent = Array.from({ length: 4 }, (_, n) => ({
    ...{ order_id: uuidOf(n), user_id: uuidOf(7), amount: 19.99, currency: 'EUR', category: 'books', country: 'DE' },
    ...{ created_at: '2026-01-02T03:04:05Z', channel: n < 2 ? 'web' : 'till' },
  }));
  const records = sent.map((order, offset) => ({
    ...{ offset, timestamp: 1_765_411_201_000, key: null, headers: [], value: Buffer.from(JSON.stringify(order)) },
  }));
  const from = { topic: 'orders', partition: 0 };
  /** As a version wrote it that knew the field, or none. */
  const archive = async (key: string, { event }: Stream): Promise<Loaded> => {
    const body = encodeEvents(event, readBatch({ event }, { ...from, records }).events, from);
    await lake.putOnce(key, body, { rows: 4, sourceSha256: 'test' }, 'application/vnd.apache.parquet');
    return { ...from, deliveryId: 1, objectKey: key, accepted: 4, firstOffset: 0, lastOffset: 3 } as Loaded;
  };
  const { event } = withChannel(streams.orders);
  let reads = 0;
  const counted: Lake = {
    ...lake,
    read(...what) {
      reads += 1;
      return lake.read(...what);
    },
  };
  const check = async (delivery: Loaded) => {
    const checks = await inTransaction(pool, (transaction) =>
      rowChecks('orders', event, counted, transaction, [delivery]),
    );
    return checks.flatMap(({ where }) => where ?? []);
  };

  const off = (offset: number) =>
    `orders partition 0 offset ${offset}: channel is another in the lake than in the warehouse`;

  const before = await archive('before.parquet', streams.orders);
  for (const [offset, order] of sent.entries())
    await pool.query(
      `insert into warehouse.fact_orders (order_id, user_id, delivery_id, kafka_offset, amount, currency, category, country, created_at)
       values ($1, $2, 1, $3, $4, 'EUR', 'books', 'DE', $5)`,
      [order.order_id, order.user_id, offset, order.amount, order.created_at],
    );
  await migrate(streams.orders);
  expect(await check(before)).toEqual([]);
  await pool.query(`update warehouse.fact_orders set channel = 'web' where kafka_offset in (0, 3)`);
  expect(await check(before)).toEqual([off(3)]);

  const after = await archive('after.parquet', withChannel(streams.orders));
  await pool.query(`update warehouse.fact_orders set channel = case when kafka_offset < 2 then 'web' end`);
  expect(await check(after), 'its object has the field').toEqual([off(2), off(3)]);
  expect(reads, 'an object is fetched once, however many of its rows differ').toBe(3);
});
