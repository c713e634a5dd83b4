/** Looks through real topics: every record once, in both directions, whatever the partitions hold; and how far a partition is. */
import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { beforeAll, expect, inject, it } from 'vitest';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { type BrowseRequest, type BrowseStep, browse } from '#operations/records/browse.ts';
import type { Message } from '#operations/records/message.ts';
import { lookAt } from '#operations/records/record.ts';
import { lastDeliveries } from '#operations/streams/last-deliveries.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

const topic = `browsed-${randomBytes(4).toString('hex')}`;
/** Partition 2 stays empty. */
const RECORDS = [700, 40, 0];
const BEGIN = Date.parse('2026-01-02T00:00:00Z');

let kafka: KafkaConnection;
let backbone: { pool: Pool; kafka: () => Promise<KafkaConnection> };

beforeAll(async () => {
  const { bootstrapServers } = inject('stack').kafka;
  kafka = await connectKafka({ bootstrapServers, clientId: 'test-messages' });
  await kafka.createTopics([{ topic, partitions: 3 }]);
  const producer = await kafka.producer();
  for (const [partition, count] of RECORDS.entries())
    await producer.send(
      topic,
      Array.from({ length: count }, (_, n) => ({
        ...{ key: `k${n}`, value: JSON.stringify({ n, partition, note: n % 100 === 3 ? 'rare find' : '' }), partition },
        timestamp: BEGIN + n * 1_000 + partition,
      })),
    );
  await producer.close();
  // The last offset of partition 0 is a transaction's marker.
  const client = new kafkajs.Kafka({ brokers: [bootstrapServers], logLevel: kafkajs.logLevel.NOTHING });
  const transactional = client.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
  await transactional.connect();
  const transaction = await transactional.transaction();
  await transaction.send({ topic, messages: [{ key: 'k', value: 'gone', partition: 0 }] });
  await transaction.abort();
  await transactional.disconnect();
  const pool = await freshDatabase();
  const consolePool = await poolAs('console', pool);
  backbone = { pool: consolePool, kafka: async () => kafka };
  return () => Promise.all([kafka.close(), consolePool.end(), pool.end()]);
});

type End = Extract<BrowseStep, { readonly ended: string }>;

async function look(
  request: Partial<BrowseRequest>,
  signal?: AbortSignal,
  seen: (step: BrowseStep) => void = () => {},
) {
  const messages: Message[] = [];
  let end: End | undefined;
  for await (const step of browse(backbone, { topic, from: 'newest', limit: 100, ...request }, signal)) {
    seen(step);
    if ('messages' in step) messages.push(...step.messages);
    if ('ended' in step) end = step;
  }
  return { messages, end, places: messages.map(({ partition, offset }) => `${partition}/${offset}`) };
}

const all = RECORDS.flatMap((count, partition) => Array.from({ length: count }, (_, n) => `${partition}/${n}`));

it.each(['newest', 'oldest'] as const)(
  'page by page from the %s on it finds every record once, by time',
  async (from) => {
    const found: Message[] = [];
    let after: string | undefined;
    for (let page = 0; page === 0 || after !== undefined; page++) {
      const { messages, end } = await look({ from, limit: 300, ...(after !== undefined && { after }) });
      expect(messages.length).toBeLessThanOrEqual(300);
      found.push(...messages);
      after = end?.next ?? undefined;
      expect(page).toBeLessThan(6);
    }
    expect(found.map(({ partition, offset }) => `${partition}/${offset}`).toSorted()).toEqual(all.toSorted());
    const times = found.map(({ timestamp }) => Date.parse(timestamp ?? ''));
    expect(times).toEqual(times.toSorted((a, b) => (from === 'newest' ? b - a : a - b)));
  },
);

it('begins at an offset or a time, in one partition or all', async () => {
  expect((await look({ from: { offset: 38 }, limit: 4 })).places).toEqual(['0/38', '1/38', '0/39', '1/39']);
  expect((await look({ from: { time: new Date(BEGIN + 30_000) }, partition: 1, limit: 2 })).places).toEqual([
    '1/30',
    '1/31',
  ]);
  await expect(look({ partition: 3 })).rejects.toThrow('Expected a partition');
  await expect(look({ after: 'somewhere' })).rejects.toThrow('Expected a place to go on from');
});

it('a search tells how far it has come, and that it has looked at everything', async () => {
  const { places, end } = await look({ filter: '"rare find" n>100' });
  expect(places).toEqual(['0/603', '0/503', '0/403', '0/303', '0/203', '0/103']);
  expect(end).toMatchObject({ ended: 'all', next: null, progress: { found: 6 } });
  expect(end?.progress.scanned).toBe(end?.progress.of);
});

it('a search that is stopped says so, and goes on where it was', async () => {
  const stop = new AbortController();
  const first = await look({ limit: 10 }, undefined);
  stop.abort();
  const stopped = await look({ filter: 'rare', limit: 10 }, stop.signal);
  expect(stopped.end).toMatchObject({ ended: 'stopped', progress: { scanned: 0, found: 0 } });
  const { places } = await look({ filter: 'rare', limit: 10, after: stopped.end?.next ?? '' });
  expect(places).toHaveLength(8);
  expect(first.end?.ended).toBe('limit');
});

it('who follows a topic gets each record that comes, once, and none from before', async () => {
  const begun = await look({ from: 'end' });
  expect(begun).toMatchObject({ places: [], end: { ended: 'all', next: null, progress: { of: 0 } } });
  // To the partition that the other tests leave empty.
  const producer = await kafka.producer();
  const send = (...values: string[]) =>
    producer.send(
      topic,
      values.map((value) => ({ key: null, value, partition: 2, timestamp: BEGIN })),
    );
  await send('one', 'two', 'three');
  const first = await look({ from: 'end', after: begun.end?.here ?? '', limit: 2 });
  expect(first).toMatchObject({ places: ['2/0', '2/1'], end: { ended: 'limit' } });
  await send('four');
  const second = await look({ from: 'end', after: first.end?.here ?? '', filter: 'f' });
  expect(second).toMatchObject({ places: ['2/3'], end: { ended: 'all', progress: { scanned: 2, found: 1 } } });
  expect(await look({ from: 'end', after: second.end?.here ?? '' })).toMatchObject({
    places: [],
    end: { ended: 'all' },
  });
  await producer.close();
});

it('shows one record whole, and says of a marker that it is none', async () => {
  const where = { topic, partition: 0, offset: 3 };
  const looked = await lookAt(backbone, where);
  expect(looked.message).toMatchObject({
    value: { shown: { text: '{"n":3,"partition":0,"note":"rare find"}' }, cut: false },
    fate: { state: 'published' },
  });
  expect(await lookAt(backbone, { ...where, offset: 701 })).toMatchObject({ message: null, fate: { state: 'gap' } });
  expect(await lookAt(backbone, { ...where, offset: 9_000 })).toMatchObject({
    message: null,
    fate: { state: 'ahead' },
  });
});

it('walks back over the last deliveries of each partition, and over losses between them', async () => {
  const reader = { consumer: 'store-transactions', topic };
  const owner = await freshDatabase();
  await owner.query(`insert into ledger.partitions values ($1, $2, 0, 0, 40), ($1, $2, 1, 0, 10)`, [
    reader.consumer,
    topic,
  ]);
  await owner.query(
    `insert into ledger.losses (consumer, topic, partition, first_offset, last_offset) values ($1, $2, 0, 20, 29)`,
    [reader.consumer, topic],
  );
  for (const [partition, first] of [
    [0, 0],
    [0, 10],
    [0, 30],
    [1, 0],
  ])
    await owner.query(
      `insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted, rejected,
         source_sha256, committed_at, rows_fingerprint) values ($1, $2, $3, $4::bigint, $4::bigint + 9, 'committed', 10, 10, 0, 'test', clock_timestamp(), 0)`,
      [reader.consumer, topic, partition, first],
    );
  const found = async (each: number) =>
    (await lastDeliveries({ pool: owner }, reader, each)).map(({ partition, first }) => `${partition}/${first}`);
  expect(await found(50)).toEqual(['1/0', '0/30', '0/10', '0/0']);
  expect(await found(1)).toEqual(['1/0', '0/30']);
  await owner.end();
});
