/** A record that Lambda's payload cannot hold stops nobody: it becomes a dead letter that says where Kafka has it. */
import { afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { connectKafka, type KafkaConnection, type ProducedRecord } from '#adapters/kafka/index.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { Consume } from '#delivery/consume.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { PartitionBatch } from '#domain/records.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { partitionBatches } from '#lambda/kafka-event.ts';
import { startPoller } from '#localstack/poller/poller.ts';
import { until } from '#localstack/processes/until.ts';
import { lookUp, tooLargeWith, valueInKafka } from '#operations/left-out.ts';
import { replayStream } from '#operations/replay-stream.ts';
import { createRecordingFunction } from '../support/recording-function.ts';
import { freshDatabase, freshLake } from '../support/stores.ts';
import { stubAws } from '../support/stub-aws.ts';

const { kafka: broker, lambda: aws } = inject('stack');
const { bootstrapServers } = broker;

let kafka: KafkaConnection;
let lake: Lake;
let pool: Pool;
const afterwards: (() => Promise<unknown>)[] = [];
let numbered = 0;

beforeAll(() => {
  stubAws(aws);
  return () => void vi.unstubAllEnvs();
});
beforeEach(async () => {
  kafka = await connectKafka({ bootstrapServers, clientId: 'too-large-test' });
  lake = await freshLake();
  pool = await newDatabase();
});
afterEach(async () => {
  for (const end of afterwards.splice(0).reverse()) await end();
  await kafka.close();
});

async function newDatabase(): Promise<Pool> {
  const database = await freshDatabase();
  afterwards.push(() => database.end());
  await database.query("insert into shop.products values ('p1', 'Lamp', 'home', 9.99)");
  await database.query("insert into inventory.inventory values ('p1', 10, 10)");
  return database;
}

/** Compressed, a field of 8 MB of one letter is 8 KB. */
const padded = (event: object, bytes = 8_000_000): string => JSON.stringify({ ...event, note: 'x'.repeat(bytes) });
/** kafkajs would take minutes for them; they fit. */
const manyHeaders = Array.from({ length: 20_000 }, (_, n) => ({ name: `header-${n}`, value: Buffer.from(`${n}`) }));
const hugeHeaders = [{ name: 'trace', value: Buffer.alloc(1_500_000, 0x80) }];

const order = (n: number) => ({
  order_id: `00000000-0000-4000-8000-00000000000${n}`,
  user_id: '11111111-1111-4111-8111-111111111111',
  amount: 1.25,
  currency: 'EUR',
  category: 'books',
  country: 'DE',
  created_at: '2025-12-11T00:00:01Z',
});
const sale = (n: number) => ({
  event_id: `e${n}`,
  order_id: `o${n}`,
  product_id: 'p1',
  quantity: 1,
  timestamp: '2026-01-02T03:04:05Z',
});

const archive = (database = pool): Consume<Stream['event']> =>
  writeToLake<Stream['event']>(
    { pool: database, lake, ...kafkaLookup({ bootstrapServers }) },
    layoutOf(streams.orders) as never,
  );
const move = (database = pool): Consume<Stream['event']> =>
  writeToPostgres<Stream['event']>({ pool: database, ...kafkaLookup({ bootstrapServers }) }, applyMovements);

/** A topic of the stream's own, with these records in one partition. */
async function filled<S extends Stream>(stream: S, records: readonly ProducedRecord[]): Promise<S> {
  numbered += 1;
  const own = { ...stream, topic: `${stream.topic}-too-large-${process.pid}-${numbered}`, partitions: 1 };
  await kafka.createTopics([own]);
  const producer = await kafka.producer({ compression: 'gzip' });
  for (const record of records) await producer.send(own.topic, [record]);
  await producer.close();
  return own;
}

async function consumeAll(event: object, stream: Stream, consume: Consume<Stream['event']>): Promise<void> {
  for (const batch of partitionBatches(event as never)) await consume(stream, batch);
}

/** Until the real poller has delivered the topic to a real function, whose payload Lambda limits. */
async function poll(stream: Stream, consume: Consume<Stream['event']>): Promise<void> {
  const { topic } = stream;
  const fn = await createRecordingFunction(aws, `${topic}-function`);
  afterwards.push(() => fn.delete());
  fn.answerWith(async (event) => {
    await consumeAll(event, stream, consume);
    return null;
  });
  const mapping = { functionName: fn.name, topic, consumerGroupId: topic, ...stream.batching };
  const poller = startPoller({
    bootstrapServers,
    lambdaEndpoint: aws.endpoint,
    mapping: { ...mapping, maximumBatchingWindowInSeconds: 0.2 },
  });
  afterwards.push(() => poller.stop());
  const [end] = await kafka.offsets(topic);
  await until(async () => (await kafka.committedOffsets(topic, topic)).get(0) === end?.latest, {
    what: `the poller has delivered all of ${topic}`,
    within: 60_000,
  });
}

const replay = (stream: Stream, database: Pool, consume: Consume<Stream['event']>) =>
  replayStream(
    {
      pool: database,
      kafka: async () => kafka,
      invoke: (_, event) => consumeAll(JSON.parse(Buffer.from(event).toString()), stream, consume),
    },
    { stream, start: { offset: 0 } },
  );

/** What the ledger says of the topic's records, and what the relay will publish of its letters. */
async function ledger(database = pool) {
  const rows = async (sql: string) => (await database.query(sql)).rows;
  return {
    records: await rows(
      'select sum(records)::int as all, sum(accepted)::int as accepted, sum(rejected)::int as rejected from ledger.deliveries',
    ),
    next: await rows('select next_offset::int from ledger.partitions'),
    letters: await rows(
      `select record_offset::int as "offset", reason, convert_from(record_key, 'UTF8') as key,
         octet_length(record_value) as value, jsonb_array_length(headers) as headers
       from ledger.dead_letters order by record_offset`,
    ),
    published: await rows(`select count(dead_letter_id)::int from ledger.outbox where topic = 'dlq'`),
  };
}

const expected = {
  records: [{ all: 4, accepted: 2, rejected: 2 }],
  next: [{ next_offset: 4 }],
  letters: [
    { offset: 1, reason: 'too_large', key: 'k', value: null, headers: 0 },
    { offset: 2, reason: 'too_large', key: 'k', value: expect.any(Number), headers: 0 },
  ],
  published: [{ count: 2 }],
};

const records = (event: (n: number) => object): ProducedRecord[] => [
  { key: 'k', value: JSON.stringify(event(1)) },
  { key: 'k', value: padded(event(2)) },
  { key: 'k', value: JSON.stringify(event(3)), headers: hugeHeaders },
  { key: 'k', value: JSON.stringify(event(4)), headers: manyHeaders },
];

test.each([
  ['the lake', streams.orders, records(order), archive],
  ['tables', streams.onlineOrders, records(sale), move],
] as const)(
  'good records around it reach %s, and a replay into an empty database agrees',
  async (_, stream, some, to) => {
    const own = await filled<Stream>(stream, some);
    await poll(own, to(pool));
    expect(await ledger()).toEqual(expected);

    const restored = await newDatabase();
    expect(await replay(own, restored, to(restored))).toMatchObject({ records: 4, applied: 4 });
    expect(await ledger(restored)).toEqual(expected);
    expect(await replay(own, restored, to(restored))).toMatchObject({ records: 4, applied: 0 });
    expect(await ledger(restored)).toEqual(expected);
  },
);

test.each([
  ['the lake', streams.orders, records(order), archive],
  ['tables', streams.onlineOrders, records(sale), move],
] as const)('if the event source drops it, the function finds it in Kafka: %s', async (_, stream, some, to) => {
  const own = await filled<Stream>(stream, some);
  const consume = to(pool);
  const delivered = async (offset: number): Promise<PartitionBatch> => {
    const record = await kafka.record(own.topic, 0, offset);
    if (!record) throw new Error(`Expected a record at offset ${offset}, found none.`);
    return { topic: own.topic, partition: 0, records: [record] };
  };
  await consume(own, await delivered(0));
  expect(await consume(own, await delivered(3))).toEqual({ accepted: 1, duplicates: 0, rejected: 2, redelivered: 0 });
  expect(await ledger()).toEqual(expected);
  expect(await consume(own, await delivered(3))).toMatchObject({ accepted: 0, rejected: 0, redelivered: 1 });
});

test('it is found by an id in its value, and what its letter lacks is read from Kafka', async () => {
  const own = await filled<Stream>(streams.orders, records(order));
  await replay(own, pool, archive());
  const backbone = { pool, kafka: async () => kafka };
  const [letter, ...others] = await tooLargeWith(backbone, [order(2).order_id]);
  expect(others).toEqual([]);
  if (!letter) throw new Error('Expected the letter of the second order, found none.');
  expect(letter).toMatchObject({ topic: own.topic, partition: 0, offset: 1 });
  const value = Buffer.from((await valueInKafka(backbone, letter)) ?? '');
  expect(value.equals(Buffer.from(padded(order(2))))).toBe(true);
  expect(await lookUp(backbone, letter)).toEqual({
    state: 'there',
    key: Buffer.from('k'),
    value: Buffer.from(`${value.subarray(0, 2_000)}…`),
    bytes: value.length,
    headers: [],
  });
  const gone = { ...letter, offset: 99 };
  expect(await lookUp(backbone, gone)).toEqual({ state: 'gone' });
  await expect(valueInKafka(backbone, gone)).rejects.toThrow('found nothing: its time of retention has passed');
});

test('many of them in a row are looked up a few at a time, and the reading ends when it is told to', async () => {
  // As gzip these are some 120 KB: one fetch of the poller, and 100 MB in memory.
  const own = await filled<Stream>(
    streams.orders,
    Array.from({ length: 200 }, () => ({ key: 'k', value: padded(order(1), 500_000) })),
  );
  const enough = new AbortController();
  const range = new Map([[0, { from: 0, to: 200 }]]);
  const together: number[] = [];
  const reading = (async () => {
    for await (const { records } of kafka.read(own.topic, range, { sparingly: true, signal: enough.signal })) {
      together.push(records.length);
      enough.abort(new Error('time is up'));
    }
  })();
  await expect(reading).rejects.toThrow('time is up');
  expect(together).toEqual([expect.any(Number)]);
  expect(together[0]).toBeLessThan(150);

  const found: number[] = [];
  const { recordsAt } = kafkaLookup({ bootstrapServers });
  for await (const { records } of recordsAt(own.topic, new Map([[0, new Set([3, 199])]]), new AbortController().signal))
    found.push(...records.map(({ offset }) => offset));
  expect(found).toEqual([3, 199]);
});
