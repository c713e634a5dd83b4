/** Topics `products` and `customers`: the last record of a key counts, and every row is proved. On real, compacted topics. */
import { randomBytes, randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { beforeAll, expect, inject, it } from 'vitest';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { statementsOf } from '#delivery/replace-by-key.ts';
import { republish } from '#delivery/republish.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { prove } from '#functions/prove/prove.ts';
import type { Sources } from '#functions/prove/sources.ts';
import { updateShop } from '#functions/update-shop/update-shop.ts';
import { until } from '#localstack/processes/until.ts';
import { checkValue } from '#operations/letters/check.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';
import { makeTopicAnew } from '../support/topics.ts';

const suffix = randomBytes(4).toString('hex');
const products: Stream = { ...streams.products, topic: `products-${suffix}`, partitions: 1 };
const customers: Stream = { ...streams.customers, topic: `customers-${suffix}`, partitions: 1 };
const catalogue = [products, customers];

let kafka: KafkaConnection;
let pool: Pool;
let own: Pool;
let provePool: Pool;
let lake: Lake;

const product = (product_id: string, more: object = {}) => ({
  ...{ product_id, name: `Product ${product_id}`, category: 'home', price: '9.99' },
  ...more,
});
const ADA = randomUUID();
const ada = {
  ...{ customer_id: ADA, name: 'Ada', email: 'ada@example.com', country: 'DE', segment: 'vip' },
  signed_up_at: '2026-01-02T03:04:05Z',
};

async function send(stream: Stream, records: readonly (readonly [key: string, value: object | null])[]) {
  const producer = await kafka.producer();
  await producer.send(
    stream.topic,
    records.map(([key, value]) => ({ key, value: value && JSON.stringify(value), partition: 0 })),
  );
  await producer.close();
}

async function held({ topic }: Stream): Promise<KafkaRecord[]> {
  const records: KafkaRecord[] = [];
  const to = (await kafka.offsets(topic))[0]?.latest ?? 0;
  for await (const fragment of kafka.read(topic, new Map([[0, { from: 0, to }]]))) records.push(...fragment.records);
  return records;
}

/** Delivers all that Kafka has from the offset on, in batches of so many. */
async function consume(stream: Stream, size: number, from = 0) {
  const { bootstrapServers } = inject('stack').kafka;
  const write = writeToPostgres<Stream['event']>({ pool: own, ...kafkaLookup({ bootstrapServers }) }, updateShop);
  const counts = { accepted: 0, rejected: 0, redelivered: 0 };
  const records = (await held(stream)).filter(({ offset }) => offset >= from);
  for (let at = 0; at < records.length; at += size) {
    const batch = { topic: stream.topic, partition: 0, records: records.slice(at, at + size) };
    const found = await write(stream, batch, Date.now() + 60_000);
    for (const name of ['accepted', 'rejected', 'redelivered'] as const) counts[name] += found[name];
  }
  return counts;
}

const offsets: Sources['offsets'] = async (topic) =>
  catalogue.some((stream) => stream.topic === topic) ? kafka.offsets(topic) : [];

/** The checks of the two topics. */
async function proof(depth: 'books' | 'kafka' = 'kafka') {
  const sources = { pool: provePool, lake, offsets, records: kafka.read, hourlyMetrics: async () => [] };
  const { checks } = await prove(sources, { depth, settled: false }, undefined, catalogue);
  const own = checks.filter(({ name }) => catalogue.some(({ topic }) => name.startsWith(topic)));
  expect(own.length).toBeGreaterThan(10);
  return own.map((check) => ({ ...check, name: check.name.replace(`-${suffix}`, '') }));
}

/** What is off about them. */
const off = async (depth: 'books' | 'kafka' = 'kafka'): Promise<string[]> =>
  (await proof(depth)).flatMap(({ balanced, name }) => (balanced ? [] : name));

/** That the first test sends of products. */
const RECORDS = 25;

const shelf = async () =>
  (await pool.query('select product_id, opening_quantity, low_stock_threshold from inventory.inventory order by 1'))
    .rows;
const names = async () =>
  (await pool.query('select product_id, name, price::text, is_gone from shop.products order by 1')).rows.map((row) =>
    Object.values(row).join(' '),
  );

beforeAll(async () => {
  const { bootstrapServers } = inject('stack').kafka;
  kafka = await connectKafka({ bootstrapServers, clientId: 'test-products' });
  await kafka.createTopics(catalogue);
  pool = await freshDatabase();
  // The proof knows the tables by the topics' own names.
  await pool.query(`
    create or replace view shop.delivered_rows with (security_invoker = true) as
    select 'products-${suffix}' as topic, partition, kafka_offset, delivery_id, fingerprint, shop.fingerprint(products) as fingerprint_now
    from shop.products where delivery_id is not null
    union all
    select 'customers-${suffix}', partition, kafka_offset, delivery_id, fingerprint, shop.fingerprint(customers)
    from shop.customers where delivery_id is not null`);
  own = await poolAs('update_shop', pool);
  provePool = await poolAs('prove', pool);
  lake = await freshLake();
  await pool.query(
    "insert into shop.products values ('seeded', 'By hand', 'home', 1.00), ('no-shelf', 'By hand', 'home', 1.00)",
  );
  return () => Promise.all([kafka.close(), own.end(), provePool.end(), pool.end()]);
});

it('makes the tables what the last record of each key says, whatever the batches', async () => {
  await send(products, [
    ['p1', product('p1')],
    ['p2', product('p2', { low_stock_threshold: 3 })],
    ['p1', product('p1', { price: '19.99' })],
    ['p3', product('p3')],
    ['p3', null],
    ['p4', product('p4', { price: '19,99' })],
    ['p5', product('p1')],
    ['seeded', product('seeded', { name: 'By topic' })],
    ['p2', null],
    ['p2', product('p2', { name: 'Back' })],
    ['unheard', null],
    ['no-shelf', null],
    // Of the next batch compaction will leave nothing,
    ['x1', product('x1')],
    ['x2', product('x2')],
    ['x3', product('x3')],
    ['x1', product('x1', { name: 'Again' })],
    // of this one that something is gone,
    ['x3', product('x3', { name: 'Second' })],
    ['x1', product('x1')],
    ['x3', product('x3', { name: 'Third' })],
    ['x1', null],
    // and of this one a dead letter, which takes away the last good record of its key.
    ['x3', product('x3', { name: 'Fourth' })],
    ['x2', product('x2', { price: 'free' })],
    ['x3', product('x3', { name: 'Fifth' })],
    ['x2', product('x2', { price: 'free' })],
    ['x3', product('x3', { name: 'Last' })],
  ]);
  expect(await consume(products, 4)).toEqual({ accepted: 21, rejected: 4, redelivered: 0 });
  expect(await names()).toEqual([
    // The shop had added it itself.
    'no-shelf By hand 1.00 true',
    'p1 Product p1 19.99 false',
    'p2 Back 9.99 false',
    // Its first and its last record came in two batches.
    'p3 Product p3 9.99 true',
    'seeded By topic 9.99 false',
    'x1 Again 9.99 true',
    'x2 Product x2 9.99 false',
    'x3 Last 9.99 false',
  ]);
  const shelves = await shelf();
  expect(shelves.map(({ product_id, opening_quantity }) => [product_id, opening_quantity])).toEqual(
    ['no-shelf', 'p1', 'p2', 'p3', 'seeded', 'x1', 'x2', 'x3'].map((id) => [id, 0]),
  );
  expect(shelves[2]).toMatchObject({ low_stock_threshold: 3 });
  expect(await off()).toEqual([]);
});

it('changes nothing when they come again, in other batches', async () => {
  const rows = async () => (await pool.query('select products::text from shop.products order by product_id')).rows;
  const before = await rows();
  expect(await consume(products, 3)).toEqual({ accepted: 0, rejected: 0, redelivered: RECORDS });
  expect(await rows()).toEqual(before);
});

it('says of a letter, before it is sent back, that its key is not the id', async () => {
  const value = Buffer.from(JSON.stringify(product('p1')));
  const checked = (key: string) => checkValue({ pool }, { topic: 'products', value, key: Buffer.from(key) });
  expect(await checked('p1')).toMatchObject({ usable: true, problems: [], warnings: [] });
  const problem = { reason: 'wrong_key', path: ['product_id'] };
  expect(await checked('p2')).toMatchObject({ usable: false, problems: [problem], warnings: [] });
});

it('lets others refer to a product while it is replaced', async () => {
  await pool.query("insert into shop.products values ('referred', 'By hand', 'home', 1.00)");
  const [replacing, referring] = [await pool.connect(), await pool.connect()];
  try {
    await replacing.query('begin');
    const latest = JSON.stringify([{ ...product('referred'), is_gone: false, kafka_offset: 1 }]);
    await replacing.query(statementsOf(products).update, [latest, 0, 1_000_000]);
    await referring.query("begin; set local lock_timeout = '10s'");
    await referring.query("insert into inventory.inventory values ('referred', 0, 0)");
  } finally {
    await replacing.query('rollback');
    await referring.query('rollback');
    replacing.release();
    referring.release();
    await pool.query("delete from shop.products where product_id = 'referred'");
  }
});

it('forgets name and email of a customer who is gone', async () => {
  await send(customers, [[ADA, ada]]);
  await consume(customers, 10);
  expect((await pool.query('select name, segment, is_gone from shop.customers')).rows).toEqual([
    { name: 'Ada', segment: 'vip', is_gone: false },
  ]);
  await send(customers, [[ADA, null]]);
  await consume(customers, 10);
  expect((await pool.query('select name, email, country, is_gone from shop.customers')).rows).toEqual([
    { name: '', email: '', country: 'DE', is_gone: true },
  ]);
  expect(await off()).toEqual([]);
});

it.each([
  ["update shop.products set price = price + 1 where product_id = 'p1'", 2],
  ["update shop.products set is_gone = true where product_id = 'p1'", 2],
  ["update shop.products set fingerprint = fingerprint + 1 where product_id = 'p1'", 1],
  ["update shop.products set delivery_id = delivery_id + 1000 where product_id = 'p1'", 2],
  ["delete from shop.products where product_id = 'p2'", 1],
])('finds by the books: %s', async (edit, checks) => {
  const client = await pool.connect();
  await client.query(
    'create table kept as select * from shop.products; create table shelves as select * from inventory.inventory',
  );
  try {
    await client.query(`delete from inventory.inventory; ${edit}`);
    expect(await off('books')).toHaveLength(checks);
  } finally {
    await client.query(`set session_replication_role = replica; delete from shop.products; insert into shop.products select * from kept;
      insert into inventory.inventory select * from shelves; drop table kept, shelves; reset session_replication_role`);
    client.release();
  }
  expect(await off('books')).toEqual([]);
});

it('finds by Kafka a row that was forged with its fingerprint', async () => {
  await pool.query(`
    create table forged as select * from shop.products where product_id = 'p1';
    update shop.products set name = 'Forged' where product_id = 'p1';
    update shop.products set fingerprint = shop.fingerprint(products) where product_id = 'p1'`);
  await pool.query(`
    update ledger.deliveries
    set rows_fingerprint = rows_fingerprint + forged.now - forged.before
    from (
      select products.fingerprint as now, forged.fingerprint as before, products.delivery_id
      from shop.products inner join forged using (product_id)
    ) as forged
    where deliveries.delivery_id = forged.delivery_id`);
  expect(await off('books')).toEqual([]);
  // Nobody who may look at a proof learns what stands in a column.
  expect((await proof('kafka')).filter(({ balanced }) => !balanced)).toMatchObject([
    {
      name: 'products: rows are those that Kafka’s records make',
      where: [`${products.topic} partition 0 offsets 0-3: offset 2: name is another in Kafka than in shop.products`],
    },
  ]);
  await pool.query(`
    update ledger.deliveries
    set rows_fingerprint = rows_fingerprint - products.fingerprint + forged.fingerprint
    from shop.products inner join forged using (product_id)
    where deliveries.delivery_id = forged.delivery_id;
    update shop.products set name = forged.name, fingerprint = forged.fingerprint
    from forged where products.product_id = forged.product_id;
    drop table forged`);
  expect(await off()).toEqual([]);
});

/** Offsets of the first test's records that compaction leaves: of each key the last. */
const LEFT = [2, 4, 5, 6, 7, 9, 10, 11, 19, 23, 24];

it('balances after Kafka has compacted the topic, and takes what is left as a redelivery', async () => {
  const { bootstrapServers } = inject('stack').kafka;
  const admin = new kafkajs.Kafka({ brokers: bootstrapServers.split(','), logLevel: 0 }).admin();
  await admin.connect();
  const configEntries = [
    { name: 'cleanup.policy', value: 'compact' },
    { name: 'segment.ms', value: '100' },
    { name: 'min.cleanable.dirty.ratio', value: '0.001' },
    { name: 'max.compaction.lag.ms', value: '1' },
  ];
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: products.topic, configEntries }] });
  await admin.disconnect();
  let sent = 0;
  const isCompacted = async () => {
    // A record begins a new segment, so that the one before can be compacted.
    await send(products, [['tick', product('tick', { name: `Tick ${++sent}` })]]);
    const left = (await held(products)).map(({ offset }) => offset).filter((offset) => offset < RECORDS);
    return left.length === LEFT.length;
  };
  await until(isCompacted, { what: 'Kafka compacts the topic', within: 120_000, every: 1_000 });
  expect((await held(products)).map(({ offset }) => offset)).toEqual(expect.arrayContaining(LEFT));
  const { accepted } = await consume(products, 5);
  expect(accepted).toBeGreaterThan(0);
  const before = await names();
  for (const size of [1, 2, 100]) expect(await consume(products, size)).toMatchObject({ accepted: 0, rejected: 0 });
  expect(await names()).toEqual(before);
  expect(before).toContain('x2 Product x2 9.99 false');

  const checks = await proof();
  expect(checks.filter(({ balanced }) => !balanced)).toEqual([]);
  const gone = checks.find(
    ({ name }) => name === 'products: records that Kafka has compacted away, which nothing compares',
  );
  expect(gone?.actual).toBeGreaterThanOrEqual(RECORDS - LEFT.length);
}, 180_000);

it('refuses the records of a compacted topic that was made anew, and goes on once they stand behind what was consumed', async () => {
  const position = async () =>
    (await pool.query('select next_offset from ledger.partitions where topic = $1', [products.topic])).rows[0]
      ?.next_offset as number;
  const consumed = await position();
  const { bootstrapServers } = inject('stack').kafka;
  await makeTopicAnew(bootstrapServers, products.topic, 1);
  await kafka.close();
  kafka = await connectKafka({ bootstrapServers, clientId: 'test-products' });
  const changed = ['p1', 'p2', 'x3'].map((id) => [id, product(id, { name: 'Anew' })] as const);
  await send(products, changed);
  // The same ids, as in a batch that was cut otherwise.
  for (const size of [1, 2, 3])
    await expect(consume(products, size)).rejects.toThrow('A compacted topic has other records than before');
  await expect(republish({ kafka, pool, stream: products })).rejects.toThrow('which is compacted');
  expect(await position()).toBe(consumed);

  // As docs/runbook.md says: send again until what is sent stands behind the position, and begin there.
  while (((await kafka.offsets(products.topic))[0]?.latest ?? 0) < consumed) await send(products, changed);
  await send(products, changed);
  await consume(products, 100, consumed);
  expect((await names()).filter((name) => name.includes('Anew'))).toEqual(
    ['p1', 'p2', 'x3'].map((id) => `${id} Anew 9.99 false`),
  );
  expect(await off('books')).toEqual([]);
});
