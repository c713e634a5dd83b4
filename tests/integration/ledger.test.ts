/** The ledger's invariants, on real PostgreSQL and S3, with random crashes, overlaps, re-cut batches and two workers. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { readLines } from '#adapters/lake/json-lines.ts';
import { encodeEvents } from '#adapters/lake/parquet.ts';
import { objectSource, readEvents } from '#adapters/lake/parquet-read.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { type LakeSink, writeToLake } from '#delivery/write-to-lake.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import type { userEvent } from '#domain/streams/user-events.ts';
import { streams } from '#domain/streams.ts';
import { Crash, crashingAt } from '../support/crashes.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { freshDatabase, freshLake } from '../support/stores.ts';

const LENGTH = 60;
const topic = 'orders';
let pool: Pool;
let lake: Lake;
let partition = -1;

beforeAll(async () => {
  pool = await freshDatabase();
  lake = await freshLake();
});
afterAll(() => pool.end());

/** Every seventh record is malformed; a record's content is derived from its offset. */
const isBad = (offset: number) => offset % 7 === 3;
const record = (offset: number): KafkaRecord => ({
  offset,
  timestamp: 1_765_411_201_000 + offset,
  key: Buffer.from('user'),
  value: Buffer.from(isBad(offset) ? `not json ${offset}` : JSON.stringify(orderAt(offset))),
  headers: [],
});
const orderAt = (offset: number) => ({
  order_id: `00000000-0000-4000-8000-${String(offset).padStart(12, '0')}`,
  user_id: '11111111-1111-4111-8111-111111111111',
  amount: offset + 0.25,
  currency: 'EUR',
  category: 'books',
  country: 'DE',
  created_at: '2025-12-11T00:00:01Z',
});
const batch = (from: number, to: number) => ({
  topic,
  partition,
  records: Array.from({ length: to - from + 1 }, (_, index) => record(from + index)),
});

const layout = {
  prefix: 'raw/orders',
  name: 'orders',
  extension: 'parquet',
  contentType: 'application/vnd.apache.parquet',
  encode: encodeEvents,
};
const worker = (stores: Pick<LakeSink, 'pool' | 'lake'>) =>
  writeToLake<typeof orderEvent>({ ...stores, ...kafkaFrom(0) }, layout);

interface Delivery {
  /** How far before the committed position the batch begins: Lambda redelivers a batch without an answer. */
  readonly back: number;
  readonly length: number;
  readonly steps: number;
  readonly side: 'before' | 'after';
}
const delivery = fc.record<Delivery>({
  back: fc.integer({ min: 0, max: 25 }),
  length: fc.integer({ min: 1, max: 30 }),
  steps: fc.integer({ min: 1, max: 40 }),
  side: fc.constantFrom('before', 'after'),
});

/** One or two concurrent workers get a batch each; each may crash. */
const round = fc.array(delivery, { minLength: 1, maxLength: 2 });

async function deliver({ back, length, steps, side }: Delivery): Promise<void> {
  const from = Math.max(0, (await position()) - back);
  const to = Math.min(LENGTH - 1, from + length - 1);
  try {
    await worker(crashingAt({ pool, lake }, steps, side))(streams.orders, batch(from, to));
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
}

async function position(): Promise<number> {
  const { rows } = await pool.query('select next_offset from ledger.partitions where partition = $1', [partition]);
  return rows[0]?.next_offset ?? 0;
}

async function expectExactlyOnce(): Promise<void> {
  const { rows } = await pool.query(
    `select delivery_id, first_offset, last_offset, accepted, rejected, object_key, object_bytes, object_sha256
     from ledger.deliveries where partition = $1 and state = 'committed' order by first_offset`,
    [partition],
  );
  let cursor = 0;
  const archived: number[] = [];
  for (const { first_offset, last_offset, object_key, object_bytes, object_sha256, accepted } of rows) {
    expect(first_offset).toBe(cursor);
    cursor = last_offset + 1;
    const expected = batch(first_offset, last_offset).records.filter(({ offset }) => !isBad(offset));
    expect(accepted).toBe(expected.length);
    if (object_key === null) continue;
    expect((await lake.head(object_key))?.sha256).toBe(object_sha256);
    for await (const group of readEvents(orderEvent, objectSource(lake, object_key, object_bytes))) {
      for (const { offset, event } of group) expect(event.order_id).toBe(orderAt(offset).order_id);
      archived.push(...group.map(({ offset }) => offset));
    }
  }
  const letters = await pool.query(
    'select record_offset, record_value from ledger.dead_letters where partition = $1 order by record_offset',
    [partition],
  );
  const all = batch(0, LENGTH - 1).records;
  expect(cursor).toBe(LENGTH);
  const bad = all.filter(({ offset }) => isBad(offset)).length;
  const totals = await pool.query(
    'select deliveries, records, accepted, duplicates, rejected, objects from ledger.delivery_totals where partition = $1',
    [partition],
  );
  expect(totals.rows).toEqual([
    {
      ...{ deliveries: rows.length, records: LENGTH, accepted: LENGTH - bad, duplicates: 0, rejected: bad },
      objects: rows.filter(({ object_key }) => object_key !== null).length,
    },
  ]);
  expect(archived).toEqual(all.filter(({ offset }) => !isBad(offset)).map(({ offset }) => offset));
  expect(letters.rows.map(({ record_offset, record_value }) => [record_offset, record_value.toString()])).toEqual(
    all.filter(({ offset }) => isBad(offset)).map(({ offset }) => [offset, `not json ${offset}`]),
  );
}

describe('the offset ledger', () => {
  it('gives every record its effect exactly once, whatever crashes, overlaps or is re-cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { maxLength: 6 }), async (rounds) => {
        partition += 1;
        for (const deliveries of rounds) await Promise.all(deliveries.map(deliver));
        const from = Math.max(0, (await position()) - 10);
        await worker({ pool, lake })(streams.orders, batch(from, LENGTH - 1));
        await expectExactlyOnce();
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  it('lets two concurrent workers with the same batch both succeed', async () => {
    partition += 1;
    const consume = worker({ pool, lake });
    await Promise.all([1, 2, 3].map(() => consume(streams.orders, batch(0, LENGTH - 1))));
    await expectExactlyOnce();
  });

  it('never overwrites a foreign object under its key, and reports it', async () => {
    partition += 1;
    const key = `raw/orders/dt=2025-12-11/orders_2025-12-11_00-00-01_p${partition}_o0-9.parquet`;
    await lake.putOnce(key, Buffer.from('foreign'), { rows: 1, sourceSha256: 'other' }, 'text/plain');
    await expect(worker({ pool, lake })(streams.orders, batch(0, 9))).rejects.toThrow(/found 1 rows of records other/);
    expect(Buffer.from(await lake.read(key)).toString()).toBe('foreign');
  });

  it('records a loss when Kafka removed records before they were consumed', async () => {
    partition += 1;
    const consume = writeToLake<typeof orderEvent>({ pool, lake, ...kafkaFrom(0) }, layout);
    await consume(streams.orders, batch(0, 9));
    const late = writeToLake<typeof orderEvent>({ pool, lake, ...kafkaFrom(20) }, layout);
    await late(streams.orders, batch(20, 29));
    const { rows } = await pool.query('select first_offset, last_offset from ledger.losses where partition = $1', [
      partition,
    ]);
    expect(rows).toEqual([{ first_offset: 10, last_offset: 19 }]);
    expect(await position()).toBe(30);
  });

  it('refuses, by a constraint of the database, to deliver an offset twice', async () => {
    partition += 1;
    await worker({ pool, lake })(streams.orders, batch(0, 9));
    await expect(
      pool.query(
        `insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted,
           rejected, source_sha256) values ('archive-orders', 'orders', $1, 5, 14, 'open', 10, 10, 0, '')`,
        [partition],
      ),
    ).rejects.toThrow(/deliveries_never_overlap/);
  });

  it('writes each user event exactly once, wherever a worker crashes and the batch is re-cut', async () => {
    const value = (offset: number) =>
      isBad(offset)
        ? `not json ${offset}`
        : JSON.stringify({
            event_id: orderAt(offset).order_id,
            user_id: orderAt(offset).user_id,
            event_type: 'click',
            product_id: 'p-0001',
            occurred_at: '2025-12-11T00:00:01Z',
          });
    const events = (from: number, to: number) => {
      const { records } = batch(from, to);
      return {
        topic: 'user_events',
        partition,
        records: records.map((record) => ({ ...record, value: Buffer.from(value(record.offset)) })),
      };
    };
    const archive = (stores: Pick<LakeSink, 'pool' | 'lake'>) =>
      writeToLake<typeof userEvent>({ ...stores, ...kafkaFrom(0) }, layoutOf(streams.userEvents));
    for (const side of ['before', 'after'] as const)
      for (let steps = 1; steps <= 14; steps++) {
        partition += 1;
        await archive(crashingAt({ pool, lake }, steps, side))(streams.userEvents, events(0, 19)).catch((error) => {
          if (!(error instanceof Crash)) throw error;
        });
        await archive({ pool, lake })(streams.userEvents, events(0, 9));
        await archive({ pool, lake })(streams.userEvents, events(0, 29));
        const { rows } = await pool.query<{ object_key: string }>(
          `select object_key from ledger.deliveries
           where consumer = 'archive-user-events' and partition = $1 and state = 'committed' order by first_offset`,
          [partition],
        );
        const lines: { kafka_offset: number; raw: string }[] = [];
        for (const { object_key } of rows)
          lines.push(...readLines(await lake.read(object_key)).map((line) => JSON.parse(line)));
        expect(lines.map(({ kafka_offset, raw }) => [kafka_offset, raw])).toEqual(
          events(0, 29)
            .records.filter(({ offset }) => !isBad(offset))
            .map(({ offset }) => [offset, value(offset)]),
        );
      }
  });
});
