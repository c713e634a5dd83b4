/** What became of every offset, on real topics, PostgreSQL and S3: it adds up to the proof's totals, and costs the same however long the history is. */
import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { beforeAll, expect, inject, it } from 'vitest';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import type { Apply } from '#delivery/apply.ts';
import type { Consume } from '#delivery/consume.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { recordLoss, registerPartition } from '#delivery/ledger.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { type Stream, streams, topics } from '#domain/streams.ts';
import { listNewFiles } from '#functions/load-orders/list.ts';
import { load } from '#functions/load-orders/load.ts';
import { prove } from '#functions/prove/prove.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { until } from '#localstack/processes/until.ts';
import type { Fate, FateState } from '#operations/records/fate.ts';
import { type Asked, fateQuery } from '#operations/records/fate-rows.ts';
import { fatesOf } from '#operations/records/fates.ts';
import { ownIdOf } from '#operations/records/message.ts';
import { kafkaFrom, kafkaWithoutRecords } from '../support/kafka-from.ts';
import { payment, uuidOf } from '../support/payments.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

const suffix = randomBytes(4).toString('hex');
const of = <S extends Stream>(stream: S): S => ({ ...stream, topic: `${stream.topic}-${suffix}`, partitions: 2 });
const orders = of(streams.orders);
const sales = of(streams.storeSales);
const payments = of(streams.transactions);
const clicks = of(streams.userEvents);
const catalogue: readonly Stream[] = [orders, sales, payments, clicks];

const at = '2026-01-02T03:04:05Z';
const eventOf = (topic: string, n: number, amount: string): string => {
  const user_id = uuidOf(7);
  if (topic === payments.topic) return payment({ id: n, amount });
  const base = { user_id, amount, currency: 'EUR' };
  if (topic === orders.topic)
    return JSON.stringify({ ...base, order_id: uuidOf(n), category: 'books', country: 'DE', created_at: at });
  if (topic === clicks.topic)
    return JSON.stringify({ event_id: uuidOf(n), user_id, event_type: 'click', product_id: 'p1', occurred_at: at });
  const product_id = n % 10 === 9 ? 'unknown' : 'p1';
  const quantity = Math.round(Number(amount));
  return JSON.stringify({ event_id: `e${n}`, order_id: `o${n}`, store_id: 's1', product_id, quantity, timestamp: at });
};

/** Records of each partition that are consumed, at the end of which others wait. */
const CONSUMED = 40;

let kafka: KafkaConnection;
let pool: Pool;
let consolePool: Pool;
let provePool: Pool;
let lake: Lake;

/**
 * In each partition: good records, repeats, contradictions, what can't be read, transactions, one of them aborted; then, once that is
 * consumed, some that wait. Partition 1 has lost its first three.
 */
async function produce(topic: string): Promise<void> {
  const client = new kafkajs.Kafka({
    brokers: [inject('stack').kafka.bootstrapServers],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const transactional = client.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
  await transactional.connect();
  for (const partition of [0, 1]) {
    const from = 1_000 * (partition + 1);
    const values = Array.from({ length: CONSUMED }, (_, n) => {
      if (n % 8 === 5) return 'not json';
      if (n % 8 === 6) return eventOf(topic, from + n - 2, '12.00');
      if (n % 8 === 7) return eventOf(topic, from + n - 3, '99.00');
      return eventOf(topic, from + n, '12.00');
    });
    await send(topic, partition, values.slice(0, 13));
    for (const end of ['commit', 'abort'] as const) {
      const transaction = await transactional.transaction();
      const value = eventOf(topic, from + 500, '1.00');
      await transaction.send({ topic, messages: [{ key: 'k', value, partition }] });
      await transaction[end]();
    }
    await send(topic, partition, values.slice(13));
  }
  await transactional.disconnect();
  await kafka.removeBefore(topic, new Map([[1, 3]]));
  const isRemoved = async () => (await kafka.offsets(topic))[1]?.earliest === 3;
  await until(isRemoved, { what: `${topic} has lost its first records`, within: 30_000 });
}

async function send(topic: string, partition: number, values: readonly string[]): Promise<void> {
  const producer = await kafka.producer();
  await producer.send(
    topic,
    values.map((value) => ({ key: 'k', value, partition })),
  );
  await producer.close();
}

/** In batches of seven. */
async function consume(stream: Stream, write: Consume<never>): Promise<void> {
  await inTransaction(pool, async (transaction) => {
    const reader = { consumer: stream.consumer, topic: stream.topic, partition: 1 };
    await registerPartition(transaction, reader, 0);
    await recordLoss(transaction, reader, { firstOffset: 0, lastOffset: 2 });
  });
  for (const [partition, records] of await held(stream))
    for (let from = 0; from < records.length; from += 7)
      await write(stream as never, { topic: stream.topic, partition, records: records.slice(from, from + 7) });
}

/** What Kafka holds, by partition. */
async function held(stream: Stream) {
  const found = new Map<number, Parameters<Consume<never>>[1]['records'][number][]>([
    [0, []],
    [1, []],
  ]);
  const ranges = (await kafka.offsets(stream.topic)).map(
    ({ partition, earliest, latest }) => [partition, { from: earliest, to: latest }] as const,
  );
  for await (const { partition, records } of kafka.read(stream.topic, new Map(ranges)))
    found.get(partition)?.push(...records);
  return found;
}

beforeAll(async () => {
  kafka = await connectKafka({ bootstrapServers: inject('stack').kafka.bootstrapServers, clientId: 'test-fates' });
  // The proof asks for the topics of the outbox too.
  await kafka.createTopics([...catalogue, ...topics]);
  pool = await freshDatabase();
  [provePool, consolePool] = await Promise.all([poolAs('prove', pool), poolAs('console', pool)]);
  lake = await freshLake();
  await pool.query(`
    insert into shop.products values ('p1', 'Lamp', 'home', 9.99);
    insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) values ('p1', 10, 10)`);
  for (const { topic } of catalogue) await produce(topic);
  const roles = ['archive_orders', 'archive_user_events', 'update_inventory', 'store_transactions', 'load_orders'];
  const pools = await Promise.all(roles.map((role) => poolAs(role, pool)));
  const [orderStores, clickStores, stockStores, paymentStores, loadStores] = pools.map((own) => ({
    ...{ pool: own, lake },
    ...kafkaFrom(0),
  })) as unknown as [never, never, never, never, { pool: Pool; lake: Lake }];
  await consume(orders, writeToLake(orderStores, layoutOf(streams.orders)) as never);
  await consume(clicks, writeToLake(clickStores, layoutOf(streams.userEvents)) as never);
  await consume(sales, writeToPostgres<Stream['event']>(stockStores, applyMovements) as never);
  await consume(payments, writeToPostgres(paymentStores, storePayments as unknown as Apply<Stream['event']>) as never);
  const objects = (await listNewFiles(pool)).chunks.flatMap(({ delivery_ids }) => delivery_ids);
  // The last two wait to be loaded.
  await load({ ...loadStores, kafka: kafkaWithoutRecords }, objects.slice(0, -2), 'test');
  await Promise.all(pools.map((each) => each.end()));
  for (const { topic } of catalogue)
    for (const partition of [0, 1]) await send(topic, partition, [eventOf(topic, 5_000 + partition, '3.00')]);
  return () => Promise.all([kafka.close(), provePool.end(), consolePool.end(), pool.end()]);
}, 300_000);

/** The fates of all offsets from the first on, of both partitions. */
async function allFates(stream: Stream, toldByKafka: boolean) {
  const offsets = await kafka.offsets(stream.topic);
  const records = await held(stream);
  const idOf = ownIdOf(stream);
  const asked = offsets.flatMap(({ partition, earliest, latest }) =>
    Array.from({ length: latest }, (_, offset): Asked => {
      const record = records.get(partition)?.find((each) => each.offset === offset);
      if (!toldByKafka || offset < earliest) return { partition, offset };
      return { partition, offset, held: record !== undefined, id: record && idOf(record) };
    }),
  );
  const fates = await fatesOf({ pool: consolePool }, stream, asked, offsets);
  return asked.map((each, index) => ({ ...each, fate: fates[index] as Fate }));
}

const countOf = (told: readonly { readonly fate: Fate }[]) => {
  const counts: Partial<Record<FateState, number>> = {};
  for (const { fate } of told) counts[fate.state] = (counts[fate.state] ?? 0) + 1;
  return counts;
};

it.each(catalogue.map((stream) => [stream.topic.split('-')[0], stream] as const))(
  'of all offsets of %s they add up to the totals of the proof',
  async (_, stream) => {
    const { streams } = await prove(
      { pool: provePool, lake, offsets: kafka.offsets, hourlyMetrics: async () => [] },
      { depth: 'books', settled: false },
      undefined,
      catalogue,
    );
    const totals = streams[stream.topic];
    const {
      effect,
      repeat = 0,
      rejected = 0,
      gap = 0,
      waiting,
      lost,
      ...others
    } = countOf(await allFates(stream, true));
    expect(others).toEqual({});
    expect({ effect, repeat, rejected, waiting, lost }).toEqual({
      effect: totals?.accepted,
      repeat: totals?.duplicates,
      rejected: totals?.rejected,
      waiting: totals?.lag,
      lost: 3,
    });
    expect(totals).toMatchObject({ lag: 2 });
    const latest = (await kafka.offsets(stream.topic)).reduce((sum, each) => sum + each.latest, 0);
    expect(gap).toBe(latest - (totals?.consumed ?? 0) - 2 - 3);
    expect(gap).toBeGreaterThan(0);
  },
);

it('tells a repeat’s first record, a letter’s reason, and the places on the way', async () => {
  const told = async (stream: Stream) =>
    new Map((await allFates(stream, true)).map(({ partition, offset, fate }) => [`${partition}/${offset}`, fate]));
  const [ofOrders, ofSales, ofPayments, ofClicks] = await Promise.all([orders, sales, payments, clicks].map(told));
  expect(ofOrders?.get('0/4')).toMatchObject({
    state: 'effect',
    way: [
      { place: 'lake', done: true, at: expect.stringMatching(/Z$/) },
      { place: 'warehouse', done: true, at: expect.stringMatching(/Z$/) },
      { place: 'curated', done: false, at: null },
    ],
  });
  for (const [fates, stream] of [
    [ofOrders, orders],
    [ofSales, sales],
    [ofPayments, payments],
  ] as const)
    expect(fates?.get('0/6')).toMatchObject({
      state: 'repeat',
      first: { topic: stream.topic, partition: 0, offset: 4 },
    });
  for (const fates of [ofOrders, ofSales, ofPayments]) {
    expect(fates?.get('0/7')).toMatchObject({ state: 'rejected', letter: { reason: 'conflict', redrivenAt: null } });
    expect(fates?.get('0/5')).toMatchObject({ state: 'rejected', letter: { reason: 'not_json' }, way: [] });
  }
  expect(ofSales?.get('0/9')).toMatchObject({ state: 'rejected', letter: { reason: 'unknown_product' } });
  expect(ofSales?.get('0/4')?.way).toEqual([
    { place: 'stock', done: true, at: expect.any(String) },
    { place: 'announced', done: false, at: null },
  ]);
  expect(ofPayments?.get('0/4')?.way.map(({ place, done }) => [place, done])).toEqual([
    ['payments', true],
    ['clean', false],
    ['metrics', false],
  ]);
  expect(ofClicks?.get('0/6')).toMatchObject({
    state: 'effect',
    way: [{ place: 'bronze', done: true }, { place: 'gold' }],
  });
  expect(ofClicks?.get('1/2')).toEqual({ state: 'lost', way: [] });
});

it('says that an order is in curated once it has streamed there, though its load is not merged yet', async () => {
  const id = JSON.parse(eventOf(orders.topic, 1_004, '12.00')).order_id;
  await pool.query(
    `insert into curated.fact_orders values
       ($1, gen_random_uuid(), null, 0, 4, '2026-01-01', '2026-01-01', 1, 12, 'EUR', 'home', 'DE', 'unknown')`,
    [id],
  );
  const asked = { partition: 0, held: true, id };
  const fates = await fatesOf(
    { pool: consolePool },
    orders,
    [
      { ...asked, offset: 4 },
      { ...asked, offset: 6 },
    ],
    await kafka.offsets(orders.topic),
  );
  expect(fates[0]?.way.at(-1)).toEqual({ place: 'curated', done: true, at: null });
  expect(fates[1]).toMatchObject({ state: 'repeat', way: [{ place: 'lake' }] });
  await pool.query('delete from curated.fact_orders where order_id = $1', [id]);
});

it('never claims to know what only Kafka could tell', async () => {
  for (const stream of catalogue) {
    const [known, unknown] = [await allFates(stream, true), await allFates(stream, false)];
    for (const [index, { fate }] of unknown.entries())
      if (fate.state !== 'uncertain') expect(fate.state, JSON.stringify(known[index])).toBe(known[index]?.fate.state);
  }
});

it('tells what lies outside of the ledger', async () => {
  await pool.query(`update ledger.partitions set start_offset = 2 where topic = $1 and partition = 0`, [clicks.topic]);
  const fate = async (offset: number) =>
    (await fatesOf({ pool }, clicks, [{ partition: 0, offset }], await kafka.offsets(clicks.topic)))[0];
  const [{ latest } = { latest: 0 }] = await kafka.offsets(clicks.topic);
  expect(await fate(1)).toEqual({ state: 'before', way: [] });
  expect(await fate(latest)).toEqual({ state: 'ahead', way: [] });
  expect(await fate(latest - 1)).toEqual({ state: 'waiting', way: [], behind: 1 });
  await pool.query(`update ledger.partitions set start_offset = 0 where topic = $1 and partition = 0`, [clicks.topic]);
});

it('reads the same few pages, however long the history is', async () => {
  const long = await freshDatabase();
  const { consumer, topic } = streams.orders;
  const [deliveries, size] = [20_000, 10];
  await inTransaction(long, async (transaction) => {
    // Their triggers count, which takes most of the time here.
    await transaction.query('set local session_replication_role = replica');
    await transaction.query(`insert into ledger.partitions values ($1, $2, 0, 0, $3)`, [
      consumer,
      topic,
      deliveries * size,
    ]);
    await transaction.query(
      `insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted, duplicates,
         rejected, source_sha256, committed_at)
       select $1, $2, 0, n * $4, n * $4 + $4 - 1, 'committed', $4, $4, 0, 0, 'test', now() from generate_series(0, $3 - 1) as n`,
      [consumer, topic, deliveries, size],
    );
    await transaction.query(
      `insert into ledger.loads (delivery_id, rows, inserted, duplicates, conflicts, run_id)
       select delivery_id, records, records - 1, 1, 0, 'test' from ledger.deliveries`,
    );
    await transaction.query(
      `insert into warehouse.fact_orders (order_id, user_id, delivery_id, kafka_offset, amount, currency, category, country, created_at)
       select md5(first_offset::text)::uuid, md5('')::uuid, delivery_id, first_offset, 1, 'EUR', 'books', 'DE', now() from ledger.deliveries`,
    );
  });
  await long.query('vacuum analyze ledger.deliveries, ledger.loads, warehouse.fact_orders');
  const asked = Array.from({ length: 500 }, (_, n) => ({ partition: 0, offset: n * 300, id: uuidOf(n) }));
  const nodes = await plan(long, streams.orders, asked);
  const scanned = nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']);
  const large = ['deliveries', 'loads', 'fact_orders', 'dead_letters'];
  expect(scanned.filter((relation) => large.includes(String(relation)))).toEqual([]);
  const [root] = nodes;
  expect(Number(root?.['Shared Hit Blocks']) + Number(root?.['Shared Read Blocks'])).toBeLessThan(asked.length * 40);
  await long.end();
});

type PlanNode = Readonly<Record<string, unknown>> & { readonly Plans?: readonly PlanNode[] };

/** Every step that PostgreSQL took to tell these fates; the first is the whole. */
async function plan(database: Pool, stream: Stream, asked: readonly Asked[]): Promise<PlanNode[]> {
  const { text, values } = fateQuery(stream, asked);
  const { rows } = await database.query(`explain (analyze, buffers, format json) ${text}`, [...values]);
  const flat = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flat)];
  return flat(rows[0]['QUERY PLAN'][0].Plan);
}
