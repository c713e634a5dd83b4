/** Depth `kafka`: what Kafka still holds tells of edits that leave every table in agreement with the others. On real topics. */
import { randomBytes } from 'node:crypto';
import { beforeAll, expect, inject, it, vi } from 'vitest';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { UPDATES_TOPIC } from '#delivery/announcements.ts';
import type { Apply } from '#delivery/apply.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { type Stream, streams, topics } from '#domain/streams.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { prove } from '#functions/prove/prove.ts';
import type { ProofOptions } from '#functions/prove/request.ts';
import type { Sources } from '#functions/prove/sources.ts';
import { relay } from '#functions/relay-outbox/relay.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { payment, uuidOf } from '../support/payments.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

const suffix = randomBytes(4).toString('hex');
const payments = { ...streams.transactions, topic: `payments-${suffix}`, partitions: 2 };
const sales = { ...streams.storeSales, topic: `sales-${suffix}`, partitions: 2 };
const catalogue: readonly Stream[] = [payments, sales];

/** Where dead letters go; announcements of stock share their topic with other tests. */
const output = `letters-${suffix}`;

let kafka: KafkaConnection;
let pool: Pool;
let provePool: Pool;
let lake: Lake;

const sale = (n: number) =>
  JSON.stringify({
    ...{ event_id: `e${n}`, order_id: `o${n}`, product_id: n === 3 ? 'unknown' : 'p1', store_id: 's1' },
    ...{ quantity: n, timestamp: '2026-01-02T03:04:05Z' },
  });

/** Ten records: the sixth repeats the fifth, the seventh contradicts it, the eighth can't be read. */
const paymentValues = (from: number) =>
  Array.from({ length: 10 }, (_, n) =>
    n === 7 ? 'not json' : payment({ id: from + (n === 5 || n === 6 ? 4 : n), amount: n === 6 ? '1.00' : '12.50' }),
  );

async function send(topic: string, partition: number, values: readonly string[]): Promise<void> {
  const producer = await kafka.producer();
  const headers = [{ name: 'trace', value: Buffer.from('t1') }];
  await producer.send(
    topic,
    values.map((value, n) => ({ key: Buffer.from(`k${n}`), value: Buffer.from(value), headers, partition })),
  );
  await producer.close();
}

/** Delivers what Kafka holds of the topic, in batches of five. */
async function consume(stream: Stream, apply: Apply<Stream['event']>): Promise<void> {
  const write = writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, apply);
  const all = new Map(
    (await kafka.offsets(stream.topic)).map(({ partition, latest }) => [partition, { from: 0, to: latest }]),
  );
  for await (const { partition, records } of kafka.read(stream.topic, all))
    for (let at = 0; at < records.length; at += 5)
      await write(stream, { topic: stream.topic, partition, records: records.slice(at, at + 5) });
}

beforeAll(async () => {
  kafka = await connectKafka({ bootstrapServers: inject('stack').kafka.bootstrapServers, clientId: 'test-proof' });
  await kafka.createTopics([
    ...[...catalogue, { topic: output, partitions: 2 }],
    ...topics.filter(({ topic }) => topic === UPDATES_TOPIC),
  ]);
  pool = await freshDatabase();
  provePool = await poolAs('prove', pool);
  lake = await freshLake();
  await pool.query(`
    insert into shop.products values ('p1', 'Lamp', 'home', 9.99);
    insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) values ('p1', 10, 10)`);
  await send(payments.topic, 0, paymentValues(0));
  await send(payments.topic, 1, paymentValues(10));
  await send(sales.topic, 0, [...[1, 2, 3, 4].map(sale), 'not json', sale(1)]);
  await consume(payments as unknown as Stream, storePayments as unknown as Apply<Stream['event']>);
  await consume(sales as unknown as Stream, applyMovements);
  await pool.query('update ledger.outbox set topic = $1', [output]);
  const bootstrapServers = inject('stack').kafka.bootstrapServers;
  await relay({
    pool,
    connectKafka: () => connectKafka({ bootstrapServers, clientId: 'test-relay' }),
    deadline: Date.now() + 60_000,
  });
  return () => Promise.all([kafka.close(), provePool.end(), pool.end()]);
});

const offsets: Sources['offsets'] = async (topic) =>
  topic === output || topic === UPDATES_TOPIC || catalogue.some((stream) => stream.topic === topic)
    ? kafka.offsets(topic)
    : [];
const proof = (depth: ProofOptions['depth'], changes: Partial<Sources> = {}) =>
  prove(
    { pool: provePool, lake, offsets, records: kafka.read, hourlyMetrics: async () => [], ...changes },
    { depth, settled: false },
    undefined,
    catalogue,
  );
const wrong = ({ checks }: Proof, topic: string) =>
  checks.filter(({ balanced, name }) => !balanced && name.startsWith(topic)).flatMap(({ where }) => where);

it('is balanced when nothing is wrong', async () => {
  const { checks } = await proof('kafka');
  expect(
    checks.filter(({ name, balanced }) => !balanced && catalogue.some(({ topic }) => name.startsWith(topic))),
  ).toEqual([]);
  expect(checks.filter(({ name }) => /Kafka(’s| holds)/.test(name)).map(({ actual }) => actual)).toEqual([
    4, 4, 4, 2, 2, 2, 3, 6,
  ]);
});

it('demands of Kafka nothing that was sent before its time of retention, whatever times its producers give', async () => {
  const expired: Partial<Sources> = {
    offsets: async (topic) =>
      (await offsets(topic)).map((each) => (topic === output ? { ...each, earliest: Math.min(1, each.latest) } : each)),
    records: async function* (topic, ranges) {
      for await (const { partition, records } of kafka.read(topic, ranges))
        yield { partition, records: records.map((record) => ({ ...record, timestamp: 0 })) };
    },
  };
  const check = async () =>
    (await proof('kafka', expired)).checks.find(({ name }) => name.startsWith(`outbox: ${output} has every message`));
  const sentDaysAgo = (days: number) =>
    pool.query(`update ledger.outbox set sent_at = now() - $1 * interval '1 day'`, [days]);
  expect(await check()).toMatchObject({ balanced: false, expected: 6 });
  await sentDaysAgo(8);
  expect(await check()).toMatchObject({ balanced: true, expected: 0 });
  // The clock was a day ahead when they were sent; a week has passed.
  await sentDaysAgo(6);
  expect(await check()).toMatchObject({ balanced: false, expected: 6 });
  await pool.query('update ledger.relay_hours set hours = hours + 7 * 24');
  expect(await check()).toMatchObject({ balanced: true, expected: 0 });
  await sentDaysAgo(0);
  await pool.query('update ledger.relay_hours set hours = hours - 7 * 24');
});

it('demands nothing that retention has removed of a relay whose database has a clock that is a day ahead', async () => {
  const DAY_MS = 86_400_000;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - DAY_MS });
  try {
    const { checks } = await proof('kafka', {
      offsets: async (topic) =>
        (await offsets(topic)).map((each) =>
          topic === output ? { ...each, earliest: Math.min(1, each.latest) } : each,
        ),
      records: async function* (topic, ranges) {
        for await (const { partition, records } of kafka.read(topic, ranges))
          yield { partition, records: records.map((each) => ({ ...each, timestamp: each.timestamp - DAY_MS })) };
      },
    });
    const check = checks.find(({ name }) => name.startsWith(`outbox: ${output} has every message`));
    expect(check).toMatchObject({ balanced: true });
  } finally {
    vi.useRealTimers();
  }
});

it('finds messages that are marked as sent and that Kafka lacks, though it has more messages than were sent', async () => {
  const check = async (topic: string) =>
    (await proof('kafka')).checks.find(
      ({ name }) => name === `outbox: ${topic} has every message that was sent, as far as Kafka holds it`,
    );
  // The letters of two payments that can't be read, two conflicts, an unknown product, and a sale that can't be read; three sales.
  expect(await check(output)).toMatchObject({ balanced: true, expected: 6, actual: 6 });
  expect(await check(UPDATES_TOPIC)).toMatchObject({ balanced: true, expected: 3, actual: 3 });
  // As a relay that crashed before it could mark what it had sent.
  await pool.query('update ledger.outbox set sent_at = null; update ledger.announcements set sent_at = null');
  const { bootstrapServers } = inject('stack').kafka;
  const connect = () => connectKafka({ bootstrapServers, clientId: 'test-relay' });
  expect(await relay({ pool, connectKafka: connect, deadline: Date.now() + 60_000 })).toMatchObject({ published: 9 });
  const missing = expect.stringMatching(/^message \d+ was sent, and Kafka does not have it as it is$/);
  await pool.query(`insert into ledger.outbox (topic, record_value, sent_at) values ('${output}', 'forged', now())`);
  expect(await check(output)).toMatchObject({ balanced: false, expected: 7, actual: 6, where: [missing] });
  await pool.query('delete from ledger.outbox where outbox_id = (select max(outbox_id) from ledger.outbox)');
  await pool.query(`update ledger.announcements set on_hand = '{"p1": 11}'`);
  expect(await check(UPDATES_TOPIC)).toMatchObject({
    balanced: false,
    expected: 3,
    actual: 0,
    where: Array(3).fill(missing),
  });
  await pool.query(`update ledger.announcements set on_hand = '{"p1": 10}'`);
  // More than fits into memory, which another check finds.
  await pool.query('update ledger.announcements set movements = movements + 1e15::bigint');
  expect(await check(UPDATES_TOPIC)).toMatchObject({ balanced: true, expected: 3 });
  await pool.query('update ledger.announcements set movements = movements - 1e15::bigint');
  await expect(pool.query('update ledger.announcements set movements = -1')).rejects.toThrow('movements_check');
});

/** What somebody does who knows how the tables are proved: the fingerprint is that of what stands there now. */
const REFINGERPRINT = `
  update ledger.deliveries set rows_fingerprint = (
    select sum(payments.fingerprint(transactions)) from payments.transactions where delivery_id = deliveries.delivery_id
  ) where consumer = 'store-transactions';
  update ledger.deliveries set rows_fingerprint = (
    select sum(inventory.fingerprint(events_log)) from inventory.events_log where delivery_id = deliveries.delivery_id
  ) where consumer = 'update-inventory'`;

it('finds what agrees with all other tables', async () => {
  await pool.query(`
    create temporary table erased as select delivery_id from ledger.deliveries
      where topic = '${payments.topic}' and partition = 1 and first_offset = 5;
    delete from payments.transactions where delivery_id in (select delivery_id from erased);
    delete from ledger.outbox where dead_letter_id in
      (select dead_letter_id from ledger.dead_letters where delivery_id in (select delivery_id from erased));
    delete from ledger.dead_letters where delivery_id in (select delivery_id from erased);
    update ledger.deliveries set records = 0, accepted = 0, duplicates = 0, rejected = 0
      where delivery_id in (select delivery_id from erased);

    update ledger.dead_letters set record_value = 'forged', record_key = null, headers = '[]', reason = 'not_utf8',
      kafka_timestamp = kafka_timestamp - interval '1 second'
      where topic = '${payments.topic}' and reason = 'not_json';
    update ledger.dead_letters set reason = 'missing_field' where topic = '${sales.topic}' and reason = 'unknown_product';
    update payments.transactions set amount = 99, user_id = transaction_id where transaction_id = '${uuidOf(1)}';
    update inventory.events_log set raw_event = '{}', change = change - 1 where event_id = 'e2';
    update inventory.orders set quantity = quantity + 1 where event_id = 'e2';
    update inventory.inventory set quantity_on_hand = quantity_on_hand - 1;
    ${REFINGERPRINT}`);
  const rows = await proof('rows');
  expect([payments, sales].flatMap(({ topic }) => wrong(rows, topic))).toEqual([]);
  const { topic } = payments;
  const inKafka = await proof('kafka');
  expect(wrong(inKafka, topic)).toEqual([
    `${topic} partition 1 offsets 5-9: 0 records in the ledger, more in Kafka`,
    `${topic} partition 0 offsets 5-9: dead letter of offset 7: its reason is not_utf8, Kafka’s record is not_json`,
    `${topic} partition 0 offsets 5-9: dead letter of offset 7: its time is not that in Kafka`,
    ...['key', 'value'].map(
      (part) => `${topic} partition 0 offsets 5-9: dead letter of offset 7: its ${part} is not that in Kafka`,
    ),
    `${topic} partition 0 offsets 5-9: dead letter of offset 7: its headers are not those in Kafka`,
    `${topic} partition 0 offsets 0-4: offset 1: user_id is another in Kafka than in payments.transactions`,
    `${topic} partition 0 offsets 0-4: offset 1: amount is another in Kafka than in payments.transactions`,
  ]);
  expect(wrong(inKafka, sales.topic)).toEqual([
    `${sales.topic} partition 0 offsets 0-4: dead letter of offset 2: its reason is missing_field, Kafka’s record can be read`,
    ...['pieces', 'raw_event'].map(
      (column) =>
        `${sales.topic} partition 0 offsets 0-4: offset 1: ${column} is another in Kafka than in inventory.events_log`,
    ),
  ]);

  // Written before there were ids, they are found by their offsets.
  await pool.query(`
    update payments.transactions set delivery_id = null;
    update inventory.events_log set delivery_id = null;
    update ledger.deliveries set rows_fingerprint = null`);
  const ofBefore = await proof('kafka');
  for (const stream of [payments, sales]) expect(wrong(ofBefore, stream.topic)).toEqual(wrong(inKafka, stream.topic));
});

it.each([
  [
    'the reading fails for it',
    1,
    async () => {
      throw new Error('Kafka removed offsets before they were read.');
    },
    3,
  ],
  ['the reading skips it', 6, async () => {}, 2],
])('demands nothing that retention removes when it has begun to read, and %s', async (_, before, fail, left) => {
  let removed = false;
  const records: Sources['records'] = async function* (topic, ranges) {
    if (topic === payments.topic && !removed) {
      removed = true;
      await kafka.removeBefore(topic, new Map([[1, before]]));
      await fail();
    }
    yield* kafka.read(topic, ranges);
  };
  const { checks } = await proof('kafka', { records });
  const ofKafka = checks.filter(({ name }) => name.startsWith(`${payments.topic}: `) && /Kafka(’s| holds)/.test(name));
  expect(ofKafka.map(({ expected }) => expected)).toEqual([left, left, left]);
  expect(ofKafka.flatMap(({ where }) => where).join()).not.toContain('partition 1 offsets 0-4');
});
