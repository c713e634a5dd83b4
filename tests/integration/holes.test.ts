/** Offsets that a batch skips, and offsets that come with other records than before: nothing of it is lost in silence. */
import kafkajs, { type Admin } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import type { Lake } from '#adapters/lake/index.ts';
import { objectSource, readEvents } from '#adapters/lake/parquet-read.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { Consume } from '#delivery/consume.ts';
import { republish } from '#delivery/republish.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { deliverable } from '#domain/deliverable.ts';
import { orderEvent } from '#domain/orders.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { orderObjects } from '#functions/archive-orders/order-objects.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { until } from '#localstack/processes/until.ts';
import { Crash } from '../support/crashes.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

const { bootstrapServers } = inject('stack').kafka;
const lookup = kafkaLookup({ bootstrapServers });

let kafka: KafkaConnection;
let admin: Admin;
let pool: Pool;
let lake: Lake;
const pools: Pool[] = [];
let numbered = 0;

beforeAll(async () => {
  const { Kafka, logLevel } = kafkajs;
  admin = new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
});
afterAll(async () => {
  await admin.disconnect();
});
beforeEach(async () => {
  // A connection that has heard of a topic fails once that is deleted.
  kafka = await connectKafka({ bootstrapServers, clientId: 'holes-test' });
  pool = await freshDatabase();
  lake = await freshLake();
  await pool.query("insert into shop.products values ('p1', 'Lamp', 'home', 9.99)");
  await pool.query("insert into inventory.inventory values ('p1', 1000, 1000)");
});
afterEach(async () => {
  await kafka.close();
  for (const each of pools.splice(0)) await each.end();
  await pool.end();
});

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const order = (n: number) => ({
  order_id: uuid(n),
  user_id: uuid(1),
  amount: 1.25,
  currency: 'EUR',
  category: 'books',
  country: 'DE',
  created_at: '2025-12-11T00:00:01Z',
});
const sale = (n: number) => ({
  event_id: uuid(n),
  order_id: `o${n}`,
  product_id: 'p1',
  quantity: 1,
  timestamp: '2026-01-02T03:04:05Z',
});

/** Where a batch goes, with the role of its function. */
interface Sink {
  readonly stream: Stream;
  readonly event: (n: number) => object;
  consume(): Promise<Consume<Stream['event']>>;
}
const lakeSink: Sink = {
  stream: streams.orders,
  event: order,
  async consume() {
    const own = await poolAs('archive_orders', pool);
    pools.push(own);
    return writeToLake<Stream['event']>({ pool: own, lake, ...lookup }, orderObjects as never);
  },
};
const tableSink: Sink = {
  stream: streams.onlineOrders,
  event: sale,
  async consume() {
    const own = await poolAs('update_inventory', pool);
    pools.push(own);
    return writeToPostgres<Stream['event']>({ pool: own, ...lookup }, applyMovements);
  },
};

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** A topic of its own for the stream, with a partition of these events. */
async function filled({ stream, event }: Sink, numbers: readonly number[]): Promise<Stream> {
  numbered += 1;
  const own = { ...stream, topic: `${stream.topic}-holes-${process.pid}-${numbered}`, partitions: 1 };
  await kafka.createTopics([own]);
  await produce(own, numbers.map(event));
  return own;
}

async function produce({ topic }: Stream, events: readonly object[]): Promise<void> {
  const producer = await kafka.producer();
  await producer.send(
    topic,
    events.map((event) => ({ key: 'k', value: JSON.stringify(event) })),
  );
  await producer.close();
}

/** All that Kafka holds of the topic now, as a function gets it. */
async function held({ topic }: Stream): Promise<KafkaRecord[]> {
  const records: KafkaRecord[] = [];
  const [end] = await kafka.offsets(topic);
  for await (const fragment of kafka.read(topic, new Map([[0, { from: 0, to: end?.latest ?? 0 }]])))
    records.push(...fragment.records.map(deliverable));
  return records;
}

const batchOf = ({ topic }: Stream, records: readonly KafkaRecord[]) => ({ topic, partition: 0, records });

/** Retention, at once. */
const expireBefore = ({ topic }: Stream, offset: number) => kafka.removeBefore(topic, new Map([[0, offset]]));

async function ledger() {
  const rows = async (table: string, columns: string, state = '') =>
    (await pool.query(`select ${columns} from ledger.${table} ${state} order by first_offset`)).rows;
  const ranges = (found: { first_offset: number; last_offset: number; records?: number }[]) =>
    found.map(({ first_offset, last_offset, records }) =>
      records === undefined ? [first_offset, last_offset] : [first_offset, last_offset, records],
    );
  return {
    deliveries: ranges(await rows('deliveries', '*', "where state = 'committed'")),
    losses: ranges(await rows('losses', 'first_offset, last_offset')),
  };
}

describe.each([
  ['the lake', lakeSink],
  ['tables', tableSink],
] as const)('a batch for %s that skips offsets', (_, sink) => {
  it('has lost what expired in its middle, and says so', async () => {
    const stream = await filled(sink, range(0, 59));
    const records = await held(stream);
    await expireBefore(stream, 50);
    const batch = batchOf(stream, [...records.slice(0, 3), ...records.slice(50)]);
    const consume = await sink.consume();
    expect(await consume(stream, batch)).toEqual({ accepted: 13, duplicates: 0, rejected: 0, redelivered: 0 });
    const expected = {
      deliveries: [
        [0, 2, 3],
        [50, 59, 10],
      ],
      losses: [[3, 49]],
    };
    expect(await ledger()).toEqual(expected);
    expect(await consume(stream, batch)).toMatchObject({ accepted: 0, redelivered: 13 });
    expect(await ledger()).toEqual(expected);
  });

  it('is rejected while Kafka has one of them', async () => {
    const stream = await filled(sink, range(0, 9));
    const records = await held(stream);
    const consume = await sink.consume();
    await expect(consume(stream, batchOf(stream, [...records.slice(0, 3), ...records.slice(4)]))).rejects.toThrow(
      'holds offset 3: the event source is ahead of the ledger',
    );
    expect(await ledger()).toEqual({ deliveries: [], losses: [] });
    expect(await consume(stream, batchOf(stream, records))).toMatchObject({ accepted: 10 });
  });

  it('is one delivery if only markers of transactions are missing', async () => {
    const stream = await filled(sink, [0]);
    const client = new kafkajs.Kafka({ brokers: [bootstrapServers], logLevel: kafkajs.logLevel.NOTHING });
    const producer = client.producer({ transactionalId: stream.topic, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (const [n, end] of [
      [1, 'commit'],
      [2, 'abort'],
      [3, 'commit'],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: stream.topic, messages: [{ key: 'k', value: JSON.stringify(sink.event(n)) }] });
      await transaction[end]();
    }
    await producer.disconnect();
    const isWhole = async () => (await kafka.offsets(stream.topic))[0]?.latest === 7;
    await until(isWhole, { what: 'the last marker is written', within: 30_000 });
    await produce(stream, [sink.event(4)]);
    const records = await held(stream);
    expect(records.map(({ offset }) => offset)).toEqual([0, 1, 5, 7]);
    expect(await (await sink.consume())(stream, batchOf(stream, records))).toMatchObject({ accepted: 4 });
    expect(await ledger()).toEqual({ deliveries: [[0, 7, 4]], losses: [] });
  });

  it('gets the record that no event can hold from Kafka', async () => {
    const stream = await filled(sink, [0]);
    const producer = await kafka.producer({ compression: 'gzip' });
    await producer.send(stream.topic, [{ key: 'k', value: JSON.stringify({ note: 'x'.repeat(8_000_000) }) }]);
    await producer.close();
    await produce(stream, [sink.event(2)]);
    const records = await held(stream);
    const whole = records.filter(({ leftOut }) => !leftOut);
    const consume = await sink.consume();
    expect(await consume(stream, batchOf(stream, whole))).toMatchObject({ accepted: 2, rejected: 1 });
    const { rows } = await pool.query('select record_offset, reason from ledger.dead_letters');
    expect(rows).toEqual([{ record_offset: 1, reason: 'too_large' }]);
    // Whichever event source delivers it again, with or without it, it is the same batch.
    for (const again of [whole, records])
      expect(await consume(stream, batchOf(stream, again))).toMatchObject({ accepted: 0, rejected: 0 });
    expect(await ledger()).toEqual({ deliveries: [[0, 2, 3]], losses: [] });
  });
});

it('finds what expired behind a range that a crash left open', async () => {
  const stream = await filled(lakeSink, range(0, 59));
  const records = await held(stream);
  const first = records.slice(0, 3);
  const crashing: Lake = { ...lake, putOnce: () => Promise.reject(new Crash()) };
  const failing = writeToLake<Stream['event']>({ pool, lake: crashing, ...lookup }, orderObjects as never);
  await expect(failing(stream, batchOf(stream, first))).rejects.toThrow(Crash);
  await expireBefore(stream, 50);
  const open = await pool.query("select first_offset, last_offset from ledger.deliveries where state = 'open'");
  expect(open.rows).toEqual([{ first_offset: 0, last_offset: 2 }]);
  const consume = await lakeSink.consume();
  await consume(stream, batchOf(stream, [...first, ...records.slice(50)]));
  expect(await ledger()).toMatchObject({
    losses: [[3, 49]],
    deliveries: [
      [0, 2, 3],
      [50, 59, 10],
    ],
  });
});

/** What took effect: the numbers of the events, each as often as it did. */
async function effects(sink: Sink): Promise<number[]> {
  const numbers: number[] = [];
  if (sink === tableSink)
    numbers.push(
      ...(
        await pool.query("select right(event_id, 12)::int as n from inventory.events_log where status = 'processed'")
      ).rows.map(({ n }) => n),
    );
  else {
    const { rows } = await pool.query(
      "select object_key, object_bytes from ledger.deliveries where state = 'committed'",
    );
    for (const { object_key, object_bytes } of rows)
      for await (const group of readEvents(orderEvent, objectSource(lake, object_key, object_bytes)))
        numbers.push(...group.map(({ event }) => Number(event.order_id.slice(-12))));
  }
  return numbers.sort((a, b) => a - b);
}

describe.each([
  ['the lake', lakeSink],
  ['tables', tableSink],
] as const)('a topic for %s that was deleted and made anew', (_, sink) => {
  /** @returns the topic once its first 40 records have taken effect in two deliveries and it was made anew, with `length` records */
  async function madeAnew(length: number) {
    const stream = await filled(sink, range(0, 39));
    const consume = await sink.consume();
    const records = await held(stream);
    await consume(stream, batchOf(stream, records.slice(0, 10)));
    await consume(stream, batchOf(stream, records.slice(10)));
    await admin.deleteTopics({ topics: [stream.topic] });
    const isGone = async () => !(await admin.listTopics()).includes(stream.topic);
    await until(isGone, { what: 'the topic is deleted', within: 30_000 });
    await kafka.close();
    kafka = await connectKafka({ bootstrapServers, clientId: 'holes-test' });
    await kafka.createTopics([stream]);
    await produce(stream, range(100, 99 + length).map(sink.event));
    return { stream, consume, records };
  }

  it('is noticed at the first batch, however it is cut, and goes on without loss', async () => {
    const { stream, consume, records } = await madeAnew(68);
    const others = await held(stream);
    const before = await ledger();
    for (const [from, to] of [
      [0, 68],
      [0, 10],
      [0, 28],
      [5, 8],
      [39, 60],
    ] as const)
      await expect(consume(stream, batchOf(stream, others.slice(from, to)))).rejects.toThrow('got others');
    expect(await ledger()).toEqual(before);
    expect(await effects(sink)).toEqual(range(0, 39));
    // The same records as before are a redelivery, however they are cut.
    for (const [from, to] of [
      [0, 40],
      [0, 10],
      [0, 28],
      [5, 8],
      [39, 40],
    ] as const)
      expect(await consume(stream, batchOf(stream, records.slice(from, to)))).toMatchObject({
        accepted: 0,
        redelivered: to - from,
      });

    expect(await republish({ kafka, pool, stream })).toEqual([{ partition: 0, position: 40, moved: 40 }]);
    // The event source may still have a batch of before.
    expect(await consume(stream, batchOf(stream, others.slice(0, 28)))).toMatchObject({ redelivered: 28 });
    await consume(stream, batchOf(stream, await held(stream)));
    expect(await effects(sink)).toEqual([...range(0, 39), ...range(100, 167)]);
    expect((await ledger()).losses).toEqual([]);
    expect(await republish({ kafka, pool, stream })).toEqual([]);
  });

  it.each([7, 0])('goes on though %i records are all that it has', async (length) => {
    const { stream, consume } = await madeAnew(length);
    expect(await republish({ kafka, pool, stream })).toEqual([{ partition: 0, position: 40, moved: length }]);
    await produce(stream, range(200, 202).map(sink.event));
    await consume(stream, batchOf(stream, await held(stream)));
    expect(await effects(sink)).toEqual([...range(0, 39), ...range(100, 99 + length), ...range(200, 202)]);
    expect((await ledger()).losses).toEqual([]);
    expect((await pool.query('select from ledger.dead_letters')).rowCount).toBe(0);
  });
});
