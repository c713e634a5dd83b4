/** The event source poller, with a real broker and real functions in LocalStack. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DeleteFunctionConcurrencyCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import type { MSKEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { newClient } from '#adapters/kafka/client.ts';
import { MOST_UNPACKED } from '#adapters/kafka/codecs.ts';
import { connectKafka, type KafkaConnection, type ProducedRecord } from '#adapters/kafka/index.ts';
import { inRepository } from '#adapters/repository.ts';
import { groupOf, type Stream, streams } from '#domain/streams.ts';
import { type Mapping, type Poller, startPoller } from '#localstack/poller/poller.ts';
import type { PollerEvent } from '#localstack/poller/poller-events.ts';
import { until } from '#localstack/processes/until.ts';
import { codecs, foreignBatches, foreignClients, foreignRecords, produceAsIs } from '../support/foreign-batches.ts';
import { batchOfHeaders, batchOfValue } from '../support/record-batches.ts';
import { createRecordingFunction, lambdaClient, type RecordingFunction } from '../support/recording-function.ts';

const { kafka: broker, lambda: aws } = inject('stack');
const { bootstrapServers } = broker;
const WITHIN = 120_000;
process.env.AWS_REGION = aws.region;
process.env.AWS_ACCESS_KEY_ID = aws.accessKeyId;
process.env.AWS_SECRET_ACCESS_KEY = aws.secretAccessKey;

let kafka: KafkaConnection;
const afterwards: (() => Promise<unknown>)[] = [];
let numbered = 0;

beforeAll(async () => {
  kafka = await connectKafka({ bootstrapServers, clientId: 'poller-test' });
});
afterEach(async () => {
  for (const end of afterwards.splice(0).reverse()) await end();
});
afterAll(() => kafka.close());

test('every record arrives once, in the order of its partition, in batches of the configured size', async () => {
  const { fn, start, send, offsets, topic } = await scene({ partitions: 4 });
  await send(numbers(0, 20_000));
  // Here and below, the window is longer than a fetch on a busy machine, so that batches are full.
  start({ batchSize: 1_500, maximumBatchingWindowInSeconds: 3 });
  await caughtUp(topic);
  expect(await offsets()).toEqual(await everyOffset(topic));
  expect(Math.max(...fn.events.map(sizeOf))).toBe(1_500);
  expect(fn.events.length).toBeLessThan(20);
});

test('a batch is cut when its window has passed, and may span partitions', async () => {
  const { fn, start, send, topic } = await scene({ partitions: 3 });
  const events: PollerEvent[] = [];
  start({ maximumBatchingWindowInSeconds: 2 }, (event) => events.push(event));
  await until(() => events.some(({ kind }) => kind === 'assigned'), {
    what: 'partitions are assigned',
    within: WITHIN,
  });
  const sent = Date.now();
  await send([0, 1, 2].map((partition) => ({ key: null, value: 'x', partition })));
  await caughtUp(topic);
  expect(Date.now() - sent).toBeGreaterThan(1_900);
  expect(fn.events.map((event) => Object.keys(event.records).sort())).toEqual([
    [`${topic}-0`, `${topic}-1`, `${topic}-2`],
  ]);
});

test('a batch is cut at 6 MB, though one fetch brings more', async () => {
  const { fn, start, offsets, topic } = await scene({ partitions: 1 });
  const producer = await kafka.producer({ compression: 'gzip' });
  afterwards.push(() => producer.close());
  await producer.send(
    topic,
    Array.from({ length: 12 }, (_, i) => ({ key: null, value: Buffer.alloc(900_000, i) })),
  );
  const events: PollerEvent[] = [];
  start({ maximumBatchingWindowInSeconds: 3 }, (event) => events.push(event));
  await caughtUp(topic);
  expect(await offsets()).toEqual(await everyOffset(topic));
  expect(fn.events.map(sizeOf)).toEqual([5, 5, 2]); // each record is 1.2 MB in base64
  expect(events.map(({ kind }) => kind)).not.toContain('jumped');
});

test('a failed batch is redelivered unchanged until it succeeds, and committed only then', async () => {
  const { fn, start, send, topic, group } = await scene({ partitions: 2 });
  await send(numbers(0, 100));
  const committed: number[] = [];
  fn.answerWith(async () => {
    committed.push((await kafka.committedOffsets(group, topic)).size);
    if (fn.events.length < 4) throw new Error('not today');
  });
  const poller = start({ maximumBatchingWindowInSeconds: 2 });
  await caughtUp(topic);
  expect(fn.events).toHaveLength(4);
  expect(new Set(fn.events.map((event) => JSON.stringify(event))).size).toBe(1);
  expect(committed).toEqual([0, 0, 0, 0]);
  expect(poller.stats()).toMatchObject({ invocations: 4, failures: 3, records: 100 });
});

test('a batch ends where retention removed records that were not fetched yet', async () => {
  const { fn, start, send, topic } = await scene({ partitions: 1 });
  // A fetch brings six of these.
  for (let i = 0; i < 24; i += 1) await send([{ key: null, value: Buffer.alloc(80_000, i) }]);
  const removed = Promise.withResolvers<void>();
  fn.answerWith(() => removed.promise);
  const events: PollerEvent[] = [];
  const poller = start({ batchSize: 5, maximumBatchingWindowInSeconds: 2 }, (event) => events.push(event));
  await until(() => poller.stats().partitions.some(({ waiting }) => waiting >= 5), {
    what: 'a batch waits behind the one that the function has',
    within: WITHIN,
  });
  await removeRecords(topic, 20);
  removed.resolve();
  await caughtUp(topic);
  expect(fn.events.map((event) => offsetsIn([event])[`${topic}-0`])).toEqual([
    [0, 1, 2, 3, 4],
    [5, 6, 7, 8, 9],
    [10, 11],
    [20, 21, 22, 23],
  ]);
  expect(events).toContainEqual({ kind: 'jumped', partition: 0, from: 12, to: 20 });
});

test('a throttled invocation is retried later', async () => {
  const { fn, start, send, offsets, topic } = await scene({ partitions: 1 });
  const lambda = lambdaClient(aws);
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: fn.name, ReservedConcurrentExecutions: 0 }));
  await send(numbers(0, 10));
  const poller = start();
  await until(() => poller.stats().failures >= 2, { what: 'the function is throttled', within: WITHIN });
  expect(fn.events).toEqual([]);
  await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: fn.name }));
  await caughtUp(topic);
  expect(await offsets()).toEqual(await everyOffset(topic));
});

test('null and empty keys and values, and headers, arrive unchanged', async () => {
  const { fn, start, send, topic } = await scene({ partitions: 1 });
  await send([
    { key: null, value: null, timestamp: 1_700_000_000_000 },
    { key: '', value: '', timestamp: 1_700_000_000_001 },
    {
      key: Buffer.of(0, 255),
      value: Buffer.of(128),
      timestamp: 1_700_000_000_002,
      headers: [
        { name: 'ë', value: Buffer.of(195, 171) },
        { name: 'constructor', value: Buffer.from('') },
        { name: 'ë', value: Buffer.of(1) },
        { name: '2', value: Buffer.of(2) },
        { name: '__proto__', value: Buffer.of(3) },
        { name: '1', value: Buffer.of(4) },
      ],
    },
  ]);
  start();
  await caughtUp(topic);
  const records = fn.events.flatMap((event) => event.records[`${topic}-0`] ?? []);
  const common = { topic, partition: 0, timestampType: 'CREATE_TIME' };
  expect<unknown>(records).toEqual([
    { ...common, offset: 0, timestamp: 1_700_000_000_000, headers: [] },
    { ...common, offset: 1, timestamp: 1_700_000_000_001, key: '', value: '', headers: [] },
    {
      ...common,
      offset: 2,
      timestamp: 1_700_000_000_002,
      key: 'AP8=',
      value: 'gA==',
      headers: [
        ['ë', [-61, -85]],
        ['constructor', []],
        ['ë', [1]],
        ['2', [2]],
        ['__proto__', [3]],
        ['1', [4]],
      ].map(([name, bytes]) => ({ [`${name}`]: bytes })),
    },
  ]);
});

test('records of other clients are read with every compression', async () => {
  const { fn, start, topic } = await scene({ partitions: 1 });
  const port = Number(bootstrapServers.split(':')[1]);
  for (const client of foreignClients)
    for (const codec of codecs)
      for (const batch of foreignBatches(`${client}-${codec}`)) await produceAsIs(port, topic, batch);
  start();
  await caughtUp(topic);
  const records = fn.events.flatMap((event) => event.records[`${topic}-0`] ?? []);
  const text = (base64: string) => Buffer.from(base64, 'base64').toString();
  const received = records.map(({ timestamp, key, value }) => ({ timestamp, key: text(key), value: text(value) }));
  expect(received).toEqual(Array.from({ length: 8 }, () => foreignRecords).flat());
});

test('without a committed offset, LATEST starts with new records', async () => {
  const { fn, start, send, topic } = await scene({ partitions: 1 });
  await send(numbers(0, 10));
  start({ startingPosition: 'LATEST' });
  await until(
    async () => {
      await send([{ key: null, value: 'new' }]);
      return fn.events.length > 0;
    },
    { what: 'a new record arrives', within: WITHIN },
  );
  expect(offsetsIn(fn.events)[`${topic}-0`]?.[0]).toBeGreaterThanOrEqual(10);
});

test('a partition whose function hangs delays no other partition, and its member stays in the group', async () => {
  const { fn, start, send, offsets, topic } = await scene({ partitions: 3 });
  const events: PollerEvent[] = [];
  const hanging = Promise.withResolvers<void>();
  fn.answerWith((event) => (`${topic}-0` in event.records ? hanging.promise : null));
  start({ maximumBatchingWindowInSeconds: 0 }, (event) => events.push(event));
  await send([{ key: null, value: 'hang', partition: 0 }]);
  await until(() => fn.events.length > 0, { what: 'the function hangs', within: WITHIN });

  // Longer than the session timeout, after which the group would drop the member.
  const end = Date.now() + 7_000;
  for (let sent = 1; Date.now() < end; sent += 1) {
    await send([1, 2].map((partition) => ({ key: null, value: `${sent}`, partition })));
    const delivered = async () => (await offsets())[`${topic}-2`]?.length === sent;
    await until(delivered, { what: 'the other partitions are delivered', within: WITHIN, every: 20 });
  }
  hanging.resolve();
  await caughtUp(topic);
  expect(await offsets()).toEqual(await everyOffset(topic));
  const membership = events.map(({ kind }) => kind).filter((kind) => kind === 'assigned' || kind === 'lost-kafka');
  expect(membership).toEqual(['assigned']);
});

test('two pollers share the partitions, and one takes over what the other left unfinished', async () => {
  const { fn, start, send, offsets, topic } = await scene({ partitions: 4 });
  const first = start({ batchSize: 100 });
  await send(numbers(0, 2_000));
  await until(() => first.stats().records > 200, { what: 'the first poller delivers', within: WITHIN });

  const second = start({ batchSize: 100 });
  const partitionsOf = (poller: Poller) => poller.stats().partitions.map(({ partition }) => partition);
  await until(() => partitionsOf(second).length === 2 && partitionsOf(first).length === 2, {
    what: 'each poller has two partitions',
    within: WITHIN,
  });
  expect([...partitionsOf(first), ...partitionsOf(second)].sort()).toEqual([0, 1, 2, 3]);
  await send(numbers(2_000, 4_000));
  await until(() => second.stats().records > 0, { what: 'the second poller delivers', within: WITHIN });
  const hanging = Promise.withResolvers<void>();
  fn.answerWith(() => hanging.promise);
  await send(numbers(4_000, 6_000));
  await until(() => first.stats().partitions.every(({ busy }) => busy), {
    what: 'the first poller is delivering',
    within: WITHIN,
  });
  // Stopping does not wait for the function, which hangs until the first poller has stopped.
  await first.stop();
  fn.answerWith(() => null);
  hanging.resolve();
  await caughtUp(topic);

  // At least once: after removing repeats, the offsets are complete and in order.
  const seen = Object.entries(await offsets()).map(([name, all]) => [name, [...new Set(all)]]);
  expect(Object.fromEntries(seen)).toEqual(await everyOffset(topic));
});

test('a killed poller process loses nothing', async () => {
  const { fn, topic, producer } = await sceneOf(streams.orders, 'killed');
  const before = await kafka.offsets(topic);
  const records = numbers(0, 60_000);
  for (let at = 0; at < records.length; at += 10_000) await producer.send(topic, records.slice(at, at + 10_000));

  const killed = Promise.withResolvers<void>();
  fn.answerWith(() => (fn.events.length > 2 ? killed.promise : null));
  const first = spawnMain('killed');
  await until(() => fn.events.length > 2, { what: 'an invocation is under way', within: WITHIN });
  first.kill('SIGKILL');
  await once(first, 'exit');
  killed.resolve();
  fn.answerWith(() => null);

  const second = spawnMain('killed');
  await caughtUp(topic, groupOf(streams.orders));
  second.kill('SIGTERM');
  expect(await once(second, 'exit')).toEqual([0, null]);
  for (const { partition, latest } of await kafka.offsets(topic)) {
    const offsets = new Set(offsetsIn(fn.events)[`${topic}-${partition}`]);
    const expected = latest - (before[partition]?.latest ?? 0);
    expect([...offsets].filter((offset) => offset >= latest - expected)).toHaveLength(expected);
  }
});

test('a hostile record stops no other topic, nor its own: what of it no event can hold is left out', async () => {
  const orders = await sceneOf(streams.orders, 'hostile');
  const payments = await sceneOf(streams.transactions, 'hostile');
  const port = Number(bootstrapServers.split(':')[1]);
  const start = (await kafka.offsets('orders'))[0]?.latest ?? 0;
  // 60 MB of headers, which would be gigabytes of objects, and a value that would be 180 MB of base64.
  const hostile = [batchOfHeaders(20_000_000), batchOfValue(MOST_UNPACKED)];
  for (const batch of hostile) await produceAsIs(port, 'orders', batch);
  const distinct = Array.from({ length: 20_000 }, (_, n) => ({ name: `header-${n}`, value: Buffer.of(n & 127) }));
  const large = [{ name: 'trace', value: Buffer.alloc(1_000_000, 0x80) }, ...distinct.slice(0, 100)];
  const common = { key: null, partition: 0 };
  await orders.producer.send('orders', [{ ...common, value: 'many headers', headers: distinct }]);
  await orders.producer.send('orders', [{ ...common, value: 'headers of 6 MB', headers: [...large, ...large] }]);
  await orders.producer.send('orders', [{ ...common, value: 'the next' }]);

  const main = spawnMain('hostile');
  const paid = (await kafka.offsets('transactions')).reduce((sum, { latest }) => sum + latest, 0);
  for (let sent = 1; sent <= 3; sent += 1) {
    await payments.producer.send('transactions', [{ key: null, value: `${sent}` }]);
    await until(() => payments.fn.events.reduce((sum, event) => sum + sizeOf(event), 0) === paid + sent, {
      what: `payment ${sent} is delivered`,
      within: WITHIN,
    });
  }
  await caughtUp('orders', groupOf(streams.orders));
  const records = orders.fn.events.flatMap((event) => event.records['orders-0'] ?? []);
  const text = (base64: string | undefined) => base64 && Buffer.from(base64, 'base64').toString();
  // At least once: on a busy machine the member may have left the group while it read such a record.
  const seen = [...new Map(records.map((record) => [record.offset, record])).values()]
    .filter(({ offset }) => offset >= start)
    .map(({ value, headers, ...rest }) => [text(value), headers.length, 'leftOut' in rest ? rest.leftOut : undefined]);
  expect(seen).toEqual([
    ['', 0, { headers: 60_000_004 }],
    [undefined, 0, { batch: hostile[1]?.length }],
    ['many headers', 20_000, undefined],
    ['headers of 6 MB', 0, { headers: expect.any(Number) }],
    ['the next', 0, undefined],
  ]);
  main.kill('SIGTERM');
  expect(await once(main, 'exit')).toEqual([0, null]);
});

/** A stream of the catalogue, and a function in place of its consumer, as main.ts polls them for the environment. */
async function sceneOf({ topic, partitions, consumer }: Stream, environment: string) {
  const fn = await createRecordingFunction(aws, `tillstream-${environment}-${consumer}`);
  afterwards.push(() => fn.delete());
  await kafka.createTopics([{ topic, partitions }]);
  const producer = await kafka.producer();
  afterwards.push(() => producer.close());
  return { topic, fn, producer };
}

function spawnMain(environment: string) {
  const child = spawn(process.execPath, [inRepository('localstack/poller/main.ts')], {
    env: {
      PATH: process.env.PATH,
      KAFKA_BOOTSTRAP_SERVERS: bootstrapServers,
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: aws.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
      TILLSTREAM_ENVIRONMENT: environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  afterwards.push(async () => child.kill('SIGKILL'));
  return child;
}

/** Creates a topic, a function that records its events, and pollers between them, which stop with the test. */
async function scene({ partitions }: { partitions: number }) {
  numbered += 1;
  const topic = `poller-${process.pid}-${numbered}`;
  const group = `${topic}-group`;
  await kafka.createTopics([{ topic, partitions }]);
  const fn: RecordingFunction = await createRecordingFunction(aws, `${topic}-function`);
  afterwards.push(() => fn.delete());
  const producer = await kafka.producer();
  afterwards.push(() => producer.close());
  const defaults: Mapping = {
    functionName: fn.name,
    topic,
    consumerGroupId: group,
    batchSize: 10_000,
    maximumBatchingWindowInSeconds: 0.2,
    startingPosition: 'TRIM_HORIZON',
  };
  return {
    topic,
    group,
    fn,
    send: (records: readonly ProducedRecord[]) => producer.send(topic, records),
    start(mapping: Partial<Mapping> = {}, onEvent?: (event: PollerEvent) => void): Poller {
      const options = { bootstrapServers, lambdaEndpoint: aws.endpoint, mapping: { ...defaults, ...mapping }, onEvent };
      const poller = startPoller(options);
      afterwards.push(() => poller.stop());
      return poller;
    },
    offsets: async () => offsetsIn(fn.events),
  };
}

/** Removes the records of partition 0 before the offset, as retention does. */
async function removeRecords(topic: string, before: number): Promise<void> {
  const admin = newClient({ bootstrapServers, clientId: 'retention' }).admin();
  await admin.connect();
  await admin.fetchTopicOffsets(topic); // kafkajs deletes only in topics whose leaders it has been told.
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(before) }] });
  await admin.disconnect();
}

const numbers = (from: number, to: number): ProducedRecord[] =>
  Array.from({ length: to - from }, (_, index) => ({ key: `user-${(from + index) % 50}`, value: `${from + index}` }));

const sizeOf = (event: MSKEvent): number => Object.values(event.records).flat().length;

/** The delivered offsets, by `topic-partition`, in the order of delivery. */
function offsetsIn(events: readonly MSKEvent[]): Record<string, number[]> {
  const all: Record<string, number[]> = {};
  for (const { records } of events)
    for (const [name, some] of Object.entries(records))
      all[name] = [...(all[name] ?? []), ...some.map(({ offset }) => offset)];
  return all;
}

async function everyOffset(topic: string): Promise<Record<string, number[]>> {
  const offsets = await kafka.offsets(topic);
  return Object.fromEntries(
    offsets
      .filter(({ latest }) => latest > 0)
      .map(({ partition, latest }) => [`${topic}-${partition}`, Array.from({ length: latest }, (_, offset) => offset)]),
  );
}

/** Waits until the group has committed the end of every partition. */
async function caughtUp(topic: string, group = `${topic}-group`): Promise<void> {
  await until(
    async () => {
      const committed = await kafka.committedOffsets(group, topic);
      const offsets = await kafka.offsets(topic);
      return offsets.every(({ partition, latest }) => (committed.get(partition) ?? 0) === latest);
    },
    { what: `the poller has caught up with ${topic}`, within: WITHIN },
  );
}
