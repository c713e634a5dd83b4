/** The outbox and relay-outbox on real PostgreSQL and Kafka, with their deployed roles. */
import { randomInt } from 'node:crypto';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type ConsumedRecord, connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { load } from '#functions/load-orders/load.ts';
import { relay as relayOutbox } from '#functions/relay-outbox/relay.ts';
import { oldestUnsent } from '#functions/relay-outbox/unsent.ts';
import { archive, orderOf } from '../support/archived.ts';
import { writeDeadLetters } from '../support/dead-letters.ts';
import { kafkaWithoutRecords } from '../support/kafka-from.ts';
import { sendingBy } from '../support/sending-by.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

/** Logged in as superuser. */
let pool: Pool;
/** With the role of relay-outbox. */
let relayPool: Pool;
let kafka: KafkaConnection;
/** How often a relay has connected to Kafka. */
let connections = 0;
/** The topic's end before this test: earlier records belong to other tests. */
let dlqStart = 0;
let numbered = 0;

const connect = () => {
  connections += 1;
  return connectKafka({ ...inject('stack').kafka, clientId: 'relay' });
};
const relay = (options: Partial<Parameters<typeof relayOutbox>[0]> = {}) =>
  relayOutbox({ pool: relayPool, connectKafka: connect, deadline: Date.now() + 60_000, ...options });

beforeEach(async () => {
  pool = await freshDatabase();
  relayPool = await poolAs('relay_outbox', pool);
  kafka = await connectKafka({ ...inject('stack').kafka, clientId: 'outbox-test' });
  await kafka.createTopics([{ topic: 'dlq', partitions: 1 }]);
  dlqStart = (await kafka.offsets('dlq'))[0]?.latest ?? 0;
  connections = 0;
});
afterEach(async () => {
  await kafka.close();
  await relayPool.end();
  await pool.end();
});

async function newTopic(partitions = 4): Promise<string> {
  numbered += 1;
  const topic = `outbox-${process.pid}-${numbered}`;
  await kafka.createTopics([{ topic, partitions }]);
  return topic;
}

/** All records on the topic, one partition after another. */
async function recordsOf(topic: string, from = 0): Promise<ConsumedRecord[]> {
  const offsets = await kafka.offsets(topic);
  const found = new Map<number, ConsumedRecord[]>(offsets.map(({ partition }) => [partition, []]));
  const ranges = new Map(offsets.map(({ partition, latest }) => [partition, { from, to: latest }]));
  for await (const { partition, records } of kafka.read(topic, ranges)) found.get(partition)?.push(...records);
  return [...found.values()].flat();
}

/** Dead letters from this topic or partition: other tests' relays write to the topic dlq concurrently. */
async function lettersOf(...origins: readonly (string | number)[]): Promise<ConsumedRecord[]> {
  const isOwn = (letter: ConsumedRecord) =>
    headersOf(letter).some(
      ([name, value = '']) => /^origin-(topic|partition)$/.test(name ?? '') && origins.map(String).includes(value),
    );
  return (await recordsOf('dlq', dlqStart)).filter(isOwn);
}

/** A partition number that no other test uses. */
const newPartition = (): number => randomInt(1_000, 2 ** 31);

const headersOf = ({ headers }: ConsumedRecord) => headers.map(({ name, value }) => [name, String(value)]);

/** Puts messages into the outbox as update-inventory does: one statement, key `k<n mod keys>`, value n. */
async function putIn(topic: string, count: number, { keys = 10, from = 0, padding = 0 } = {}): Promise<void> {
  await pool.query(
    `insert into ledger.outbox (topic, record_key, record_value)
     select $1, convert_to('k' || n % $4, 'UTF8'), convert_to(n || repeat(' ', $5), 'UTF8')
     from generate_series($2::int, $3::int) as n`,
    [topic, from, from + count - 1, keys, padding],
  );
}

/** The values of each key, in the order in which Kafka has them. */
async function valuesByKey(topic: string): Promise<Map<string, number[]>> {
  const byKey = Map.groupBy(await recordsOf(topic), ({ key }) => String(key));
  return new Map([...byKey].map(([key, records]) => [key, records.map(({ value }) => Number(value))]));
}

const unsent = async () =>
  (await pool.query<{ count: number }>('select count(*) from ledger.outbox where sent_at is null')).rows[0]?.count;

test('an empty outbox costs one query and no connection to Kafka', async () => {
  expect(await relay()).toEqual({ published: 0, outcome: 'drained', failures: {} });
  expect(connections).toBe(0);
  expect(await oldestUnsent(relayPool)).toBe(0);
});

test('messages arrive once, in order for each key, over many rounds', async () => {
  const topic = await newTopic();
  await putIn(topic, 12_000, { padding: 200 });
  expect(await relay()).toEqual({ published: 12_000, outcome: 'drained', failures: {} });
  const values = await valuesByKey(topic);
  expect(values.size).toBe(10);
  for (const [key, all] of values)
    expect(all).toEqual(Array.from({ length: 1_200 }, (_, index) => index * 10 + Number(key.slice(1))));
  expect(await relay()).toMatchObject({ published: 0 });
  expect(connections).toBe(1);
});

test('a dead letter reaches the topic dlq unchanged, with its origin and reason, once its delivery is committed', async () => {
  const archiver = await poolAs('archive_orders', pool);
  const partition = newPartition();
  const value = Buffer.from([0, 255, 123, 10]);
  const headers = ['trace', 'reason', 'trace', '2', '__proto__', '1'].map((name, index) => ({
    name,
    value: Buffer.from(`its own ${index}`),
  }));
  await writeDeadLetters(archiver, [{ message: 'never committed' }], { partition: 7, state: 'open' });
  await writeDeadLetters(
    archiver,
    [{}, { key: Buffer.from([1, 0]), value, headers, message: 'expected a JSON object: \0' }],
    { partition },
  );
  await archiver.end();
  expect(await relay()).toMatchObject({ published: 2 });
  const [tombstone, letter] = await lettersOf(partition);
  expect(tombstone).toMatchObject({ key: null, value: null });
  expect(letter).toMatchObject({ key: Buffer.from([1, 0]), value });
  const { rows } = await pool.query(
    'select dead_letter_id, failed_at from ledger.dead_letters where record_offset = 1',
  );
  expect(headersOf(letter as ConsumedRecord)).toEqual([
    ['origin-topic', 'orders'],
    ['origin-partition', String(partition)],
    ['origin-offset', '1'],
    ['reason', 'not_json'],
    ['message', 'expected a JSON object: \\0'],
    ['consumer', 'archive-orders'],
    ['failed-at', expect.stringContaining(rows[0].failed_at.toISOString().slice(0, -1))],
    ['dead-letter-id', String(rows[0].dead_letter_id)],
    ['trace', 'its own 0'],
    ['reason', 'its own 1'],
    ['trace', 'its own 2'],
    ['2', 'its own 3'],
    ['__proto__', 'its own 4'],
    ['1', 'its own 5'],
  ]);
});

test('conflicts that a load finds reach the topic dlq too', async () => {
  const lake = await freshLake();
  const loader = await poolAs('load_orders', pool);
  const partition = newPartition();
  const first = await archive({ pool, lake }, [orderOf(1), orderOf(2), orderOf(1, { amount: 5 })], { partition });
  const second = await archive({ pool, lake }, [orderOf(2), orderOf(2, { amount: 6 })], { partition });
  const loaded = await load({ pool: loader, lake, kafka: kafkaWithoutRecords }, [first.id, second.id], 'run');
  await loader.end();
  expect(loaded).toMatchObject({ duplicates: 1, conflicts: 2 });
  expect(await relay()).toMatchObject({ published: 2 });
  const letters = await lettersOf(partition);
  expect(letters.map((letter) => Object.fromEntries(headersOf(letter)))).toMatchObject([
    { 'origin-offset': '2', reason: 'conflict', consumer: 'load-orders' },
    { 'origin-offset': '4', reason: 'conflict', consumer: 'load-orders' },
  ]);
});

test('a crash between publishing and marking repeats messages identically and loses none', async () => {
  const topic = await newTopic();
  await putIn(topic, 1_000);
  const crashing = await poolAs('relay_outbox', pool);
  // The relay's session ends after Kafka's acknowledgement, before the messages are marked.
  const crash = sendingBy(connect, (producer) => async (...message) => {
    const sent = await producer.send(...message);
    await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction'`);
    return sent;
  });
  await expect(relay({ pool: crashing, connectKafka: crash })).rejects.toThrow();
  await crashing.end();
  expect(await unsent()).toBe(1_000);
  expect(await relay()).toMatchObject({ published: 1_000, outcome: 'drained' });
  for (const [key, values] of await valuesByKey(topic)) {
    const once = Array.from({ length: 100 }, (_, index) => index * 10 + Number(key.slice(1)));
    expect(values).toEqual([...once, ...once]);
  }
});

test('of two concurrent relays, one publishes and the other reports busy; messages added meanwhile are sent too', async () => {
  const topic = await newTopic();
  await putIn(topic, 100);
  const sending = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const slow = sendingBy(connect, (producer) => async (...message) => {
    sending.resolve();
    await go.promise;
    return producer.send(...message);
  });
  const first = relay({ connectKafka: slow });
  await sending.promise;
  await putIn(topic, 100, { from: 100 });
  expect(await relay()).toEqual({ published: 0, outcome: 'busy', failures: {} });
  go.resolve();
  expect(await first).toEqual({ published: 200, outcome: 'drained', failures: {} });
  for (const [key, values] of await valuesByKey(topic))
    expect(values).toEqual(Array.from({ length: 20 }, (_, index) => index * 10 + Number(key.slice(1))));
});

// Any role may take advisory locks, bi_reader too where the owner of the database is no superuser.
test('no advisory lock holds the relay up', async () => {
  const topic = await newTopic();
  await putIn(topic, 1);
  const other = await pool.connect();
  try {
    await other.query("select pg_advisory_lock(hashtext('relay-outbox'))");
    expect(await relay()).toMatchObject({ published: 1, outcome: 'drained' });
  } finally {
    other.release(true);
  }
});

test('concurrent relays and writers lose and repeat nothing', async () => {
  const topic = await newTopic();
  const writers = Array.from({ length: 40 }, async (_, n) => {
    await putIn(topic, 50, { from: n * 50 });
    return relay();
  });
  await Promise.all(writers);
  expect(await unsent()).toBe(0);
  const values = [...(await valuesByKey(topic)).values()].flat();
  expect(values.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2_000 }, (_, n) => n));
});

test('a record that Kafka never accepts delays no other, and is announced without its content', async () => {
  const topic = await newTopic(1);
  // With its origin headers, it exceeds the broker's limit of 4 MB.
  const value = Buffer.alloc((4 << 20) - 100, 'x');
  const partition = newPartition();
  await writeDeadLetters(pool, [{ value }, { value: Buffer.alloc(2 << 20, 'y') }], { partition });
  await pool.query('insert into ledger.outbox (topic, record_value) values ($1, $2)', [topic, Buffer.alloc(5 << 20)]);
  await putIn(topic, 3);
  expect(await relay()).toEqual({ published: 6, outcome: 'drained', failures: {} });
  expect((await valuesByKey(topic)).size).toBe(3);
  const letters = await lettersOf(partition, topic);
  expect(letters.map(({ value }) => value?.length)).toEqual([undefined, 2 << 20, undefined]);
  expect(letters.map((letter) => Object.fromEntries(headersOf(letter)))).toMatchObject([
    { 'origin-offset': '0', 'dead-letter-id': '1', 'content-left-out-bytes': String(value.length) },
    { 'origin-offset': '1', 'dead-letter-id': '2' },
    { 'origin-topic': topic, reason: 'too_large', 'outbox-id': '3' },
  ]);
});

test('a topic with a lower size limit than ours gets smaller batches', async () => {
  const topic = await newTopic(1);
  await kafka.createTopics([{ topic, partitions: 1 }]);
  await limitTopic(topic, 20_000);
  await putIn(topic, 1_000, { padding: 100 });
  expect(await relay()).toMatchObject({ published: 1_000 });
  expect([...(await valuesByKey(topic)).values()].flat().length).toBe(1_000);
});

test('messages for a missing topic wait and delay no others; they are sent once it exists', async () => {
  const missing = `outbox-${process.pid}-missing`;
  const topic = await newTopic();
  await putIn(missing, 10);
  await putIn(topic, 10);
  expect(await relay()).toEqual({
    published: 10,
    outcome: 'drained',
    failures: { [missing]: expect.stringContaining('topic') },
  });
  expect(await unsent()).toBe(10);
  await kafka.createTopics([{ topic: missing, partitions: 1 }]);
  expect(await relay()).toMatchObject({ published: 10, failures: {} });
});

test('an unreachable Kafka leaves the outbox unchanged', async () => {
  await putIn('dlq', 1);
  const nowhere = () => connectKafka({ bootstrapServers: '127.0.0.1:1', clientId: 'relay' });
  await expect(relay({ connectKafka: nowhere })).rejects.toThrow();
  expect(await unsent()).toBe(1);
  expect(await oldestUnsent(relayPool)).toBeGreaterThan(0);
});

test('a relay past its deadline publishes nothing', async () => {
  await putIn('dlq', 1);
  expect(await relay({ deadline: Date.now() })).toMatchObject({ published: 0, outcome: 'out of time' });
});

test('a transaction that is rolled back leaves no message in the outbox', async () => {
  const rolledBack = inTransaction(pool, async (transaction) => {
    await transaction.query(`insert into ledger.outbox (topic, record_value) values ('dlq', 'x')`);
    throw new Error('rolled back');
  });
  await expect(rolledBack).rejects.toThrow('rolled back');
  expect(await relay()).toMatchObject({ published: 0 });
});

// PostgreSQL answers the commit of a failed transaction with ROLLBACK, and no error.
test('a transaction that went on after a failed statement fails, and leaves no message in the outbox', async () => {
  const careless = inTransaction(pool, async (transaction) => {
    await transaction.query(`insert into ledger.outbox (topic, record_value) values ('dlq', 'x')`);
    await transaction.query('select 1 / 0').catch(() => undefined);
    return 'done';
  });
  await expect(careless).rejects.toThrow('Expected COMMIT as the answer to commit, got ROLLBACK');
  expect(await unsent()).toBe(0);
});

/** Sets the largest batch that the topic takes. */
async function limitTopic(topic: string, bytes: number): Promise<void> {
  const { Kafka, logLevel } = (await import('kafkajs')).default;
  const { bootstrapServers } = inject('stack').kafka;
  const admin = new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }];
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] });
  await admin.disconnect();
}
