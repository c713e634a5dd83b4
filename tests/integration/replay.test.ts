/** Replays on real Kafka and PostgreSQL: the log into the stock, and Kafka into an empty database. */
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type ConsumedRecord, connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { Consume } from '#delivery/consume.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { prove } from '#functions/prove/prove.ts';
import { replayInventory } from '#functions/replay-inventory/replay-inventory.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { partitionBatches } from '#lambda/kafka-event.ts';
import { until } from '#localstack/processes/until.ts';
import { type Replayed, replayStream, type Start } from '#operations/replay-stream.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

const PRODUCTS = 20;
const { bootstrapServers } = inject('stack').kafka;

let kafka: KafkaConnection;
const pools: Pool[] = [];
let numbered = 0;

beforeEach(async () => {
  kafka = await connectKafka({ bootstrapServers, clientId: 'replay-test' });
});
afterEach(async () => {
  await kafka.close();
  for (const pool of pools.splice(0).reverse()) await pool.end();
});

interface Shop {
  readonly pool: Pool;
  /** Logged in as replay-inventory. */
  readonly replayPool: Pool;
  consume: Consume<Stream['event']>;
  replay(stream: Stream, start: Start, partition?: number): Promise<Replayed>;
}

/** A database with nothing but products, 100 pieces each, and the function on it. */
async function newShop(): Promise<Shop> {
  const pool = await freshDatabase();
  const functionPool = await poolAs('update_inventory', pool);
  const replayPool = await poolAs('replay_inventory', pool);
  pools.push(pool, functionPool, replayPool);
  await pool.query(
    `insert into shop.products select 'p' || n, 'Product', 'books', 1 from generate_series(1, $1::int) as n`,
    [PRODUCTS],
  );
  await pool.query(`insert into inventory.inventory select product_id, 100, 100 from shop.products`);
  const sink = {
    pool: functionPool,
    ...kafkaLookup({ bootstrapServers }),
  };
  const consume = writeToPostgres(sink, applyMovements);
  return {
    pool,
    replayPool,
    consume,
    replay: (stream, start, partition) =>
      replayStream(
        {
          pool,
          kafka: async () => kafka,
          invoke: async (_, event) => {
            const batches = partitionBatches(JSON.parse(Buffer.from(event).toString()));
            for (const batch of batches) await consume(stream, batch);
          },
        },
        { stream, start, partition },
      ),
  };
}

/** The inventory streams, on new topics for each test. */
async function newStreams(batchSize: number): Promise<readonly Stream[]> {
  numbered += 1;
  const own = [streams.onlineOrders, streams.storeSales, streams.supplierRestocks].map((stream) => ({
    ...stream,
    topic: `${stream.topic}-replay-${process.pid}-${numbered}`,
    batching: { ...stream.batching, batchSize },
  }));
  await kafka.createTopics(own);
  return own;
}

/** Produces sales and restocks; some are repeated, some of unknown products, some not JSON. */
async function produce(own: readonly Stream[], count: number, from = 0): Promise<void> {
  const producer = await kafka.producer();
  for (const [index, { topic }] of own.entries()) {
    const records = Array.from({ length: count }, (_, n) => record(index, from + n - (n % 10 === 9 ? 1 : 0)));
    await producer.send(topic, records);
  }
  await producer.close();
}

function record(index: number, n: number) {
  const product_id = n % 37 === 0 ? 'unknown' : `p${(n % PRODUCTS) + 1}`;
  const event = {
    event_id: `${index}-${n}`,
    product_id,
    quantity: (n % 7) + 1,
    timestamp: '2025-12-11T08:00:00Z',
    ...(index < 2 && { order_id: `order-${index}-${n}` }),
    ...(index === 1 && { store_id: 'store-1' }),
    ...(index === 2 && { supplier_id: 'supplier-1' }),
  };
  return {
    key: product_id,
    value: n % 41 === 0 ? '{' : JSON.stringify(event),
    headers: [{ name: n % 2 ? 'trace' : '__proto__', value: Buffer.from(`${n}`) }],
    timestamp: 1_765_440_000_000 + n,
  };
}

/** The results that two replays must agree on. */
async function totals(pool: Pool) {
  const rows = async (sql: string) => (await pool.query(sql)).rows;
  return {
    stock: await rows('select product_id, quantity_on_hand from inventory.inventory order by product_id'),
    log: await rows(
      `select topic, partition, kafka_offset, event_id, change, status from inventory.events_log
       order by topic, partition, kafka_offset`,
    ),
    orders: await rows('select * from inventory.orders order by event_id'),
    letters: await rows(
      'select topic, partition, record_offset, reason, headers from ledger.dead_letters order by 1, 2, 3',
    ),
    updates: await rows(`select sum(movements)::bigint as count from ledger.announcements`),
  };
}

const all = async (shop: Shop, own: readonly Stream[], start: Start) => {
  const replays: Replayed[] = [];
  for (const stream of own) replays.push(await shop.replay(stream, start));
  return {
    records: replays.reduce((sum, { records }) => sum + records, 0),
    applied: replays.reduce((sum, { applied }) => sum + applied, 0),
    events: replays.reduce((sum, { events }) => sum + events, 0),
  };
};

test('a full replay into an empty database gives the same result for any batch size', async () => {
  const own = await newStreams(37);
  await produce(own, 1_000);
  const before = await newShop();
  const pieces = await all(before, own, { offset: 0 });
  expect(pieces).toMatchObject({ records: 3_000, applied: 3_000 });
  expect(pieces.events).toBeGreaterThanOrEqual(3 * Math.ceil(1_000 / 37));

  const after = await newShop();
  const large = own.map((stream) => ({ ...stream, batching: { ...stream.batching, batchSize: 10_000 } }));
  expect(await all(after, large, { offset: 0 })).toEqual({ records: 3_000, applied: 3_000, events: 3 });
  const found = await totals(after.pool);
  expect(found).toEqual(await totals(before.pool));
  expect(new Set(found.log.map(({ status }) => status))).toEqual(new Set(['processed', 'duplicate', 'rejected']));
  expect(new Set(found.letters.map(({ reason }) => reason))).toEqual(new Set(['not_json', 'unknown_product']));
});

test('a replay skips records that the ledger has, and applies the others', async () => {
  const own = await newStreams(100);
  const shop = await newShop();
  await produce(own, 200);
  await all(shop, own, { offset: 0 });
  const before = await totals(shop.pool);
  expect(await all(shop, own, { offset: 0 })).toMatchObject({ records: 600, applied: 0 });
  expect(await totals(shop.pool)).toEqual(before);

  await produce(own, 100, 200);
  expect(await all(shop, own, { offset: 0 })).toMatchObject({ records: 900, applied: 300 });
  const whole = await newShop();
  await all(whole, own, { offset: 0 });
  expect(await totals(shop.pool)).toEqual(await totals(whole.pool));
});

test('a replay starts at the position of the ledger if that is earlier, so that it skips no record', async () => {
  const [stream] = (await newStreams(100)) as [Stream];
  const shop = await newShop();
  await produce([stream], 400);
  expect(await shop.replay(stream, { offset: 1_000_000 })).toMatchObject({ records: 400, applied: 400 });
  await produce([stream], 40, 400);
  const late = await shop.replay(stream, { time: new Date('2100-01-01') });
  expect(late).toMatchObject({ records: 40, applied: 40 });
  expect(await shop.replay(stream, { offset: 1_000_000 })).toMatchObject({ records: 0, events: 0 });
});

/** The batch that the event source would deliver from partition 0. */
async function delivered({ topic }: Stream) {
  const records: ConsumedRecord[] = [];
  const all = new Map([[0, { from: 0, to: await endOf(topic) }]]);
  for await (const fragment of kafka.read(topic, all)) records.push(...fragment.records);
  return { records, topic, partition: 0 };
}

const endOf = async (topic: string) => (await kafka.offsets(topic))[0]?.latest ?? 0;

test('an event source ahead of a restored ledger is rejected until the skipped records are replayed', async () => {
  const [stream] = (await newStreams(100)) as [Stream];
  const [shop, whole] = [await newShop(), await newShop()];
  await produce([stream], 400);
  const { records, ...where } = await delivered(stream);
  await shop.consume(stream, { ...where, records: records.slice(0, 10) });
  const later = { ...where, records: records.slice(20) };
  await expect(shop.consume(stream, later)).rejects.toThrow('holds offset 10: the event source is ahead of the ledger');
  await shop.replay(stream, { offset: 10 }, 0);
  expect(await shop.consume(stream, later)).toMatchObject({ accepted: 0, redelivered: later.records.length });
  await whole.replay(stream, { offset: 0 }, 0);
  expect(await totals(shop.pool)).toEqual(await totals(whole.pool));
});

test('the marker of a transaction does not count as a skipped record', async () => {
  const [stream] = (await newStreams(100)) as [Stream];
  const shop = await newShop();
  const { Kafka, logLevel } = (await import('kafkajs')).default;
  const client = new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING });
  const producer = client.producer({ transactionalId: stream.topic, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const send = async (end: 'commit' | 'abort') => {
    const transaction = await producer.transaction();
    await transaction.send({ topic: stream.topic, messages: [{ partition: 0, ...record(0, 1) }].map(asMessage) });
    await transaction[end]();
  };
  for (const end of ['commit', 'abort', 'commit'] as const) await send(end);
  await until(async () => (await endOf(stream.topic)) === 6, { what: 'the last marker is written', within: 30_000 });
  const { records, ...where } = await delivered(stream);
  expect(records.map(({ offset }) => offset)).toEqual([0, 4]);
  for (const each of records) await shop.consume(stream, { ...where, records: [each] });
  const { rows } = await shop.pool.query('select first_offset, last_offset, records from ledger.deliveries order by 1');
  expect(rows).toEqual([
    { first_offset: 0, last_offset: 0, records: 1 },
    { first_offset: 1, last_offset: 4, records: 1 },
  ]);
  // Only the last marker is left to read; no record follows that would end the reading.
  expect(await shop.replay(stream, { offset: 5 }, 0)).toMatchObject({ records: 0, events: 0 });

  // Nor does it wait, and neither do the records of an aborted transaction, though the topic ends three offsets further.
  const waiting = async (settled: boolean) => {
    const offsets = async (topic: string) => (topic === stream.topic ? kafka.offsets(topic) : []);
    const { skipped } = kafkaLookup({ bootstrapServers });
    const sources = { pool: shop.pool, lake: await freshLake(), offsets, skipped, hourlyMetrics: async () => [] };
    const { checks, streams } = await prove(sources, { depth: 'books', settled }, undefined, [stream]);
    return {
      lag: streams[stream.topic]?.lag,
      check: checks.find(({ name }) => name.endsWith('nothing waits in Kafka')),
    };
  };
  await send('abort');
  await until(async () => (await endOf(stream.topic)) === 8, { what: 'the abort is written', within: 30_000 });
  expect(await waiting(false)).toEqual({ lag: 3, check: undefined });
  expect(await waiting(true)).toMatchObject({ lag: 0, check: { balanced: true } });
  await send('commit');
  await until(async () => (await endOf(stream.topic)) === 10, { what: 'the commit is written', within: 30_000 });
  expect(await waiting(true)).toMatchObject({ lag: 5, check: { balanced: false, expected: 0 } });
  await producer.disconnect();
});

const asMessage = ({ headers: _, timestamp, ...message }: { partition: number } & ReturnType<typeof record>) => ({
  ...message,
  timestamp: String(timestamp),
});

test('a replay can start at a time, and be limited to one partition', async () => {
  const [stream] = (await newStreams(100)) as [Stream];
  const shop = await newShop();
  await produce([stream], 400);
  await shop.replay(stream, { offset: 0 });
  const from = await shop.replay(stream, { time: new Date(1_765_440_000_000 + 300) });
  expect(from.records).toBeGreaterThan(90);
  expect(from.records).toBeLessThan(110);
  const { latest = 0 } = (await kafka.offsets(stream.topic))[2] ?? {};
  const one = await shop.replay(stream, { offset: 10 }, 2);
  expect(one.partitions).toEqual([{ partition: 2, from: 10, to: latest }]);
  expect(one.records).toBe(latest - 10);
  await expect(shop.replay(stream, { offset: 0 }, 9)).rejects.toThrow('has no partition 9; it has 0 to 3');
});

test('a failure of the function ends the replay; repeating the replay continues it', async () => {
  const [stream] = (await newStreams(100)) as [Stream];
  const shop = await newShop();
  await produce([stream], 300);
  await shop.pool.query('alter table inventory.orders add constraint broken check (event_id <> $$0-251$$)');
  await expect(shop.replay(stream, { offset: 0 })).rejects.toThrow('broken');
  await shop.pool.query('alter table inventory.orders drop constraint broken');
  await shop.replay(stream, { offset: 0 });
  const whole = await newShop();
  await whole.replay(stream, { offset: 0 });
  expect(await totals(shop.pool)).toEqual(await totals(whole.pool));
});

test('a replay leaves no consumer group behind; nor does a reader that stops at once', async () => {
  const [stream] = (await newStreams(100)) as [Stream];
  await produce([stream], 100);
  await (await newShop()).replay(stream, { offset: 0 });
  for await (const _ of kafka.read(stream.topic, new Map([[0, { from: 0, to: 10 }]]))) break;
  expect(await groups()).toEqual([]);
});

async function groups(): Promise<string[]> {
  const { Kafka, logLevel } = (await import('kafkajs')).default;
  const admin = new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const all = await admin.listGroups();
  await admin.disconnect();
  return all.groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith('replay-test'));
}

test('more records than fit into memory are read in order', async () => {
  const topic = `replay-large-${process.pid}`;
  await kafka.createTopics([{ topic, partitions: 2 }]);
  const producer = await kafka.producer();
  const value = Buffer.alloc(100_000);
  for (let part = 0; part < 50; part++)
    await producer.send(
      topic,
      Array.from({ length: 8 }, (_, n) => ({ key: null, value, partition: n % 2 })),
    );
  await producer.close();
  const next = new Map([
    [0, 3],
    [1, 0],
  ]);
  const ranges = new Map([
    [0, { from: 3, to: 150 }],
    [1, { from: 0, to: 1_000 }],
  ]);
  for await (const { partition, records } of kafka.read(topic, ranges)) {
    for (const { offset } of records) {
      expect(offset).toBe(next.get(partition));
      next.set(partition, offset + 1);
    }
    // The reader is slower than Kafka.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect([...next]).toEqual([
    [0, 150],
    [1, 200],
  ]);
});

test('a replay of the log corrects and names products whose stock differs from it', async () => {
  const own = await newStreams(100);
  const { pool, replayPool, replay } = await newShop();
  await produce(own, 300);
  for (const stream of own) await replay(stream, { offset: 0 });
  const right = await totals(pool);
  const { rows } = await pool.query(`select count(*) as events from inventory.events_log where status = 'processed'`);
  const { events } = rows[0];
  const equal = { products: PRODUCTS, events, differing: 0, differences: [] };
  expect(await replayInventory(replayPool, { dryRun: false })).toEqual(equal);

  const quantity = right.stock.find(({ product_id }) => product_id === 'p3').quantity_on_hand;
  await pool.query(`update inventory.inventory set quantity_on_hand = quantity_on_hand + 5 where product_id = 'p3'`);
  const differences = [{ product_id: 'p3', quantity_on_hand: quantity + 5, according_to_log: quantity }];
  expect(await replayInventory(replayPool, { dryRun: true })).toMatchObject({ differing: 1, differences });
  expect(await replayInventory(replayPool, { dryRun: false })).toMatchObject({ differing: 1, differences });
  expect(await replayInventory(replayPool, { dryRun: true })).toMatchObject({ differing: 0, differences: [] });
  expect(await totals(pool)).toEqual(right);
});

test('if very many products differ, the first thousand are named and all are corrected', async () => {
  const { pool, replayPool } = await newShop();
  await pool.query(
    `insert into shop.products select 'q' || n, 'Product', 'books', 1 from generate_series(1, 1500) as n`,
  );
  await pool.query(
    `insert into inventory.inventory select product_id, 100, 99 from shop.products where product_id ~ '^q'`,
  );
  const result = await replayInventory(replayPool, { dryRun: false });
  expect(result).toMatchObject({ products: PRODUCTS + 1_500, differing: 1_500 });
  expect(result.differences).toHaveLength(1_000);
  expect(await replayInventory(replayPool, { dryRun: true })).toMatchObject({ differing: 0 });
});

test('a replay of the log during sales finds no difference and causes none', async () => {
  const own = await newStreams(5);
  const { replayPool, replay } = await newShop();
  let replays = 0;
  const sell = async () => {
    for (let sold = 0; replays < 5; sold += 100) {
      await produce(own, 100, sold);
      await Promise.all(own.map((stream) => replay(stream, { offset: sold })));
    }
  };
  let selling = true;
  const sales = sell().finally(() => {
    selling = false;
  });
  for (; selling; replays++) expect((await replayInventory(replayPool, { dryRun: false })).differences).toEqual([]);
  await sales;
});
