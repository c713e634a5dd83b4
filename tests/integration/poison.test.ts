/** Data that PostgreSQL, S3 or Parquet refuses must not fail a function: its retries would fail forever. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { readLines } from '#adapters/lake/json-lines.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { orderEvent } from '#domain/streams/orders.ts';
import type { userEvent } from '#domain/streams/user-events.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { listNewFiles } from '#functions/load-orders/list.ts';
import { load } from '#functions/load-orders/load.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { type KafkaEvent, partitionBatches } from '#lambda/kafka-event.ts';
import { kafkaFrom, kafkaWithoutRecords } from '../support/kafka-from.ts';
import { freshDatabase, freshLake } from '../support/stores.ts';

let pool: Pool;
let lake: Lake;

beforeEach(async () => {
  pool = await freshDatabase();
  lake = await freshLake();
  await pool.query("insert into shop.products values ('p1', 'Lamp', 'home', 9.99)");
  await pool.query("insert into inventory.inventory values ('p1', 10, 10)");
  return () => pool.end();
});

interface Odd {
  readonly value?: string | Buffer;
  readonly timestamp?: number;
  readonly headers?: Readonly<Record<string, readonly number[]>>[];
}

const order = {
  order_id: '00000000-0000-4000-8000-000000000001',
  user_id: '11111111-1111-4111-8111-111111111111',
  amount: 1.25,
  currency: 'EUR',
  category: 'books',
  country: 'DE',
  created_at: '2025-12-11T00:00:01Z',
};
const sale = { event_id: 'e1', order_id: 'o1', product_id: 'p1', quantity: 3, timestamp: '2026-01-02T03:04:05Z' };

/** A batch with one record of partition 0. */
function batch(
  topic: string,
  { value = 'not json', timestamp = 1_765_411_201_000, headers = [] }: Odd,
): PartitionBatch {
  const record = { topic, partition: 0, offset: 0, timestamp, timestampType: 'CREATE_TIME', headers };
  const text = JSON.stringify({
    records: { [`${topic}-0`]: [{ ...record, value: Buffer.from(value).toString('base64') }] },
  });
  return partitionBatches(JSON.parse(text) as KafkaEvent)[0] as PartitionBatch;
}

const archive = (odd: Odd) =>
  writeToLake<typeof orderEvent>({ pool, lake, ...kafkaFrom(0) }, layoutOf(streams.orders))(
    streams.orders,
    batch('orders', odd),
  );
const move = (odd: Odd) =>
  writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, applyMovements)(
    streams.onlineOrders,
    batch('online_orders', odd),
  );

async function loadAll() {
  const { chunks } = await listNewFiles(pool);
  for (const { delivery_ids } of chunks) await load({ pool, lake, kafka: kafkaWithoutRecords }, delivery_ids, 'test');
}

describe.each([
  ['none (-1)', -1],
  ['before PostgreSQL’s time', -9_000_000_000_000_000],
  ['after JavaScript’s time', 9_000_000_000_000_000],
  ['at the end of 64 bits', 2 ** 63],
  ['at the start of 64 bits', -(2 ** 63)],
])('a Kafka timestamp: %s', (_, timestamp) => {
  it('of a good order is archived and loaded', async () => {
    expect(await archive({ timestamp, value: JSON.stringify(order) })).toMatchObject({ accepted: 1 });
    await loadAll();
    expect((await pool.query('select from warehouse.fact_orders')).rowCount).toBe(1);
  });

  it('of a bad record becomes a dead letter', async () => {
    expect(await archive({ timestamp })).toMatchObject({ rejected: 1 });
    expect(await move({ timestamp })).toMatchObject({ rejected: 1 });
  });
});

describe.each([
  ['a NUL', 'a\0b'],
  ['half of a surrogate pair', 'a\ud800b'],
  ['the name of a prototype', '__proto__'],
  ['quotes and backslashes', '"\\{},'],
])('a header name with %s', (_, name) => {
  it('is kept in the dead letter', async () => {
    const headers = [JSON.parse(`{${JSON.stringify(name)}: [-1, 0, 127]}`)];
    expect(await archive({ headers })).toMatchObject({ rejected: 1 });
    const { rows } = await pool.query('select headers from ledger.dead_letters');
    const stored = name.toWellFormed().replaceAll('\0', '\\0');
    expect(rows[0].headers).toEqual([{ name: stored, value: Buffer.from([255, 0, 127]).toString('base64') }]);
  });
});

describe('the value of a sale', () => {
  it.each([
    ['not json \ufffd', 'not json \ufffd'],
    ['a NUL: \0', null],
    [Buffer.from([0xed, 0xa0, 0x80]), null],
  ])('is logged as text if PostgreSQL can store it: %j', async (value, raw_event) => {
    expect(await move({ value })).toMatchObject({ rejected: 1 });
    const { rows } = await pool.query('select raw_event from inventory.events_log');
    expect(rows).toEqual([{ raw_event }]);
  });

  it.each([
    ['ids of the longest astral characters', { ...sale, event_id: '🛒'.repeat(100), order_id: '🛒'.repeat(100) }],
    ['non-characters', { ...sale, event_id: '\ufffe\uffff\ufdd0', order_id: '\u0001\u001f\u007f' }],
    ['an unknown field with NUL and half a pair', { ...sale, note: '\0\ud800' }],
    ['the last microsecond', { ...sale, timestamp: '9999-12-31T23:59:59.999999Z' }],
    ['the first', { ...sale, timestamp: '0001-01-01T00:00:00Z' }],
    ['the largest quantity', { ...sale, quantity: 2_147_483_647 }],
  ])('may have %s', async (_, event) => {
    expect(await move({ value: JSON.stringify(event) })).toMatchObject({ accepted: 1 });
    const { rows } = await pool.query('select occurred_at::text from inventory.events_log');
    if (event.timestamp.startsWith('9999')) expect(rows[0].occurred_at).toMatch(/59\.999999/);
  });
});

describe('a user event', () => {
  const click = {
    event_id: '00000000-0000-4000-8000-000000000001',
    user_id: '11111111-1111-4111-8111-111111111111',
    event_type: 'click',
    product_id: 'p1',
    occurred_at: '2025-12-11T00:00:01Z',
  };
  const keep = (odd: Odd) =>
    writeToLake<typeof userEvent>({ pool, lake, ...kafkaFrom(0) }, layoutOf(streams.userEvents))(
      streams.userEvents,
      batch('user_events', odd),
    );

  it.each([
    ['an unknown field with NUL and half a pair', JSON.stringify({ ...click, note: '\0\ud800' }), undefined],
    ['the last microsecond', JSON.stringify({ ...click, occurred_at: '9999-12-31T23:59:59.999999Z' }), undefined],
    ['the first', JSON.stringify({ ...click, occurred_at: '0001-01-01T00:00:00Z' }), undefined],
    ['no Kafka timestamp', JSON.stringify(click), -1],
    ['a Kafka timestamp at the end of 64 bits', JSON.stringify(click), 2 ** 63],
  ])('may have %s, and is kept in full', async (_, value, timestamp) => {
    expect(await keep({ value, ...(timestamp && { timestamp }) })).toMatchObject({ accepted: 1 });
    const { rows } = await pool.query<{ object_key: string }>('select object_key from ledger.deliveries');
    const lines = readLines(await lake.read(rows[0]?.object_key ?? ''));
    expect(lines.map((line) => JSON.parse(line).raw)).toEqual([value]);
  });

  it.each(['not json', Buffer.from([0xff]), JSON.stringify({ ...click, amount: 0.001 })])(
    'that can’t be read becomes a dead letter: %j',
    async (value) => {
      expect(await keep({ value })).toMatchObject({ accepted: 0, rejected: 1 });
      expect((await pool.query('select from ledger.outbox')).rowCount).toBe(1);
    },
  );
});
