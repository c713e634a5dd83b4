/** The Kafka adapter on a real broker; consuming is shown by poller.test.ts. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connectKafka, type Fetched, joinGroup, type KafkaConnection } from '#adapters/kafka/index.ts';
import { until } from '#localstack/processes/until.ts';
import { startNetworkProxy } from '../support/network-proxy.ts';
import { addPartitions } from '../support/topics.ts';

const { bootstrapServers } = inject('stack').kafka;

/** Utils.toPositive(Utils.murmur2(key)) % 4 of kafka-clients 4.3.1. */
const FROM_JAVA = [['user-1', 'user-2'], [], [], ['user-3', 'Grüße']];

let kafka: KafkaConnection;
let numbered = 0;

beforeAll(async () => {
  kafka = await connectKafka({ bootstrapServers, clientId: 'kafka-test' });
});
afterAll(() => kafka.close());

test('a topic is created once, and keeps its number of partitions', async () => {
  const topic = newTopic();
  await kafka.createTopics([{ topic, partitions: 3 }]);
  await kafka.createTopics([
    { topic, partitions: 3 },
    { topic: newTopic(), partitions: 1 },
  ]);
  expect(await kafka.offsets(topic)).toEqual([0, 1, 2].map((partition) => ({ partition, earliest: 0, latest: 0 })));
  await expect(kafka.createTopics([{ topic, partitions: 4 }])).rejects.toThrow('has 3 partitions, expected 4');
});

test('a single record can be read by its offset', async () => {
  const topic = newTopic();
  await kafka.createTopics([{ topic, partitions: 2 }]);
  const producer = await kafka.producer({ compression: 'zstd' });
  await producer.send(
    topic,
    ['a', 'b', 'c'].map((value) => ({ key: null, value, partition: 1, timestamp: 1_700_000_000_000 })),
  );
  await producer.close();
  expect(await kafka.record(topic, 1, 1)).toEqual({
    offset: 1,
    timestamp: 1_700_000_000_000,
    timestampType: 'CREATE_TIME',
    key: null,
    value: Buffer.from('b'),
    headers: [],
  });
  expect(await kafka.record(topic, 1, 3)).toBeUndefined();
  expect(await kafka.record(topic, 0, 0)).toBeUndefined();
  expect(await kafka.record(topic, 9, 0)).toBeUndefined();
});

// The pieces before it would be handed over again, as if the log had been truncated.
test('a heartbeat that fails in the middle of a fetch repeats nothing: the member goes on behind the pieces that it has', async () => {
  const topic = newTopic();
  await kafka.createTopics([{ topic, partitions: 1 }]);
  const producer = await kafka.producer();
  const value = Buffer.alloc(900_000);
  for (let record = 0; record < 10; record += 1) await producer.send(topic, [{ key: null, value }]);
  await producer.close();

  const [host = '', port] = bootstrapServers.split(':');
  const proxy = await startNetworkProxy({ host, port: Number(port) });
  const pieces: Fetched[] = [];
  const failures: Error[] = [];
  const clock = Date.now;
  const member = await joinGroup({
    bootstrapServers: `${proxy.host}:${proxy.port}`,
    ...{ clientId: 'kafka-test', groupId: topic, topic, startingPosition: 'TRIM_HORIZON', fetchBytes: 16_000_000 },
    assigned: () => new Map(),
    failed: (error) => failures.push(error),
    fetched(piece) {
      pieces.push(piece);
      if (pieces.length > 1) return;
      // The heartbeat after this piece is due, and finds its connection ended.
      Date.now = () => clock() + 3_000;
      proxy.swallow(1);
    },
  });
  try {
    await until(() => (pieces.at(-1)?.next ?? 0) >= 10 || failures.length > 0, {
      what: 'all records are fetched',
      within: 60_000,
    });
    expect(failures).toEqual([]);
    expect(pieces[0]?.next).toBeLessThan(10);
    expect(pieces.flatMap(({ records }) => records.map(({ offset }) => offset))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(pieces.slice(1).map(({ from }) => from)).toEqual(pieces.slice(0, -1).map(({ next }) => next));
  } finally {
    Date.now = clock;
    await member.leave();
    await proxy.close();
  }
});

// A header of a plain object's own would have stopped every reader of the partition.
test('headers keep their order and repeats, whatever their names, and the records after them are read', async () => {
  const topic = newTopic();
  await kafka.createTopics([{ topic, partitions: 1 }]);
  const names = ['a', 'b', 'a', '2', '__proto__', '1', 'constructor', '__proto__'];
  const headers = names.map((name, index) => ({ name, value: Buffer.from(String(index)) }));
  const producer = await kafka.producer();
  await producer.send(topic, [
    { key: null, value: 'a', headers },
    { key: null, value: 'b' },
  ]);
  await producer.close();
  const records = [];
  for await (const part of kafka.read(topic, new Map([[0, { from: 0, to: 2 }]]))) records.push(...part.records);
  expect(records.map(({ value, headers }) => [String(value), headers])).toEqual([
    ['a', headers],
    ['b', []],
  ]);
});

test('concurrent sends keep their order in each partition, and a refused record delays no other', async () => {
  const topic = newTopic();
  await kafka.createTopics([{ topic, partitions: 1 }]);
  const producer = await kafka.producer();
  const tooLarge = Buffer.alloc(5 << 20);
  const sends = ['0', '1', tooLarge, '2', '3'].map((value) => producer.send(topic, [{ key: 'k', value }]));
  const settled = await Promise.allSettled(sends);
  await producer.close();
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  const values = await Promise.all([0, 1, 2, 3].map((offset) => kafka.record(topic, 0, offset)));
  expect(values.map((record) => String(record?.value))).toEqual(['0', '1', '2', '3']);
});

test('keys go to the partitions to which Java clients send them', async () => {
  const topic = newTopic();
  await kafka.createTopics([{ topic, partitions: 4 }]);
  const producer = await kafka.producer();
  await producer.send(
    topic,
    ['user-1', 'user-2', 'user-3', 'Grüße'].map((key) => ({ key, value: key })),
  );
  await producer.close();
  const found = await Promise.all(
    [0, 1, 2, 3].map(async (partition) => {
      const { latest = 0 } = (await kafka.offsets(topic))[partition] ?? {};
      const records = await Promise.all(
        Array.from({ length: latest }, (_, offset) => kafka.record(topic, partition, offset)),
      );
      return records.map((record) => String(record?.key));
    }),
  );
  expect(found).toEqual(FROM_JAVA);
});

test('partitions that a topic gets while it is consumed are consumed too, from their first record on', async () => {
  const topic = newTopic();
  await kafka.createTopics([{ topic, partitions: 1 }]);
  const assigned: (readonly number[])[] = [];
  const offsets: number[] = [];
  const member = await joinGroup({
    ...{ bootstrapServers, clientId: 'kafka-test', groupId: topic, topic, lookEvery: 100 },
    startingPosition: 'TRIM_HORIZON',
    assigned: (partitions) => {
      assigned.push(partitions);
      return new Map();
    },
    fetched: ({ partition, records }) => {
      if (partition === 1) offsets.push(...records.map(({ offset }) => offset));
    },
    failed: () => undefined,
  });
  try {
    await until(() => assigned.length > 0, { what: 'the group is joined', within: 60_000 });
    await addPartitions(bootstrapServers, topic, 2);
    const producer = await kafka.producer();
    await producer.send(topic, [{ key: null, value: 'a', partition: 1 }]);
    await producer.close();
    await until(() => offsets.length > 0, { what: 'the record of the new partition', within: 60_000 });
    expect(assigned.at(-1)).toEqual([0, 1]);
    expect(offsets).toEqual([0]);
  } finally {
    await member.leave();
  }
});

test('a record ends the longest wait of a fetch, and so does leaving', async () => {
  const topic = newTopic();
  await kafka.createTopics([{ topic, partitions: 1 }]);
  const values: string[] = [];
  const member = await joinGroup({
    ...{ bootstrapServers, clientId: 'kafka-test', groupId: topic, topic, startingPosition: 'TRIM_HORIZON' },
    // Longer than this test may take.
    ...{ fetchWait: 600_000, requestTimeout: 900_000, sessionTimeout: 900_000 },
    assigned: () => new Map(),
    fetched: ({ records }) => values.push(...records.map(({ value }) => String(value))),
    failed: () => undefined,
  });
  const producer = await kafka.producer();
  for (const value of ['a', 'b']) {
    await producer.send(topic, [{ key: null, value }]);
    await until(() => values.includes(value), { what: `${value} has come`, within: 60_000 });
  }
  await producer.close();
  await member.leave();
});

function newTopic(): string {
  numbered += 1;
  return `kafka-${process.pid}-${numbered}`;
}
