/**
 * Connections that are half-open are given up within seconds, and the work goes on over new ones; on the real services. The tests
 * mostly wait, so they do it together.
 */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, inject, it, type TestContext, vi } from 'vitest';
import { awsLimits } from '#adapters/aws.ts';
import { connectKafka } from '#adapters/kafka/index.ts';
import { openLake } from '#adapters/lake/index.ts';
import { copyInto } from '#adapters/postgres/copy.ts';
import type { CopyRows } from '#adapters/postgres/encoded-rows.ts';
import { inTransactionUntil, openPool } from '#adapters/postgres/index.ts';
import { connectSearch } from '#adapters/search/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { stayInGroup } from '#localstack/poller/group.ts';
import { newInvoker } from '#localstack/poller/invoke.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { lambdaTools } from '../support/lambda.ts';
import { startNetworkProxy } from '../support/network-proxy.ts';
import { freshDatabase, freshLake } from '../support/stores.ts';
import { stubAws } from '../support/stub-aws.ts';

/** Milliseconds; long enough on a busy machine to get into a transaction. */
const SHORT = 10_000;

const { kafka: broker, s3, lambda, elasticsearch } = inject('stack');

async function proxyBefore(url: string, { onTestFinished }: TestContext) {
  const { hostname: host, port } = new URL(url);
  const proxy = await startNetworkProxy({ host, port: Number(port) });
  onTestFinished(() => proxy.close());
  return { ...proxy, url: `http://${host}:${proxy.port}` };
}

/** A database of its own, a pool of three connections through a proxy, and a consumer that applies a record through it. */
async function postgres(context: TestContext) {
  const database = await freshDatabase();
  const { host = '', port = 0, user, password, database: name } = database.options;
  const proxy = await proxyBefore(`http://${host}:${port}`, context);
  const pool = openPool({ host: proxy.host, port: proxy.port, user, password, database: name, max: 3 });
  context.onTestFinished(async () => {
    await Promise.all([pool.ending || pool.end(), database.end()]);
  });
  return {
    ...{ database, pool, proxy },
    /** Opens as many connections as the pool may have, and gives them back. */
    async useAll() {
      await Promise.all([1, 2, 3].map(() => pool.query('select pg_sleep(0.5)')));
      context.expect(pool.idleCount).toBe(3);
    },
    consume(offset: number, deadline?: number, during = () => {}) {
      const sink = writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, async () => {
        during();
        return { duplicates: 0, refused: [], rowsFingerprint: '0' };
      });
      const record = { offset, timestamp: 0, key: null, value: Buffer.from('{}'), headers: [] };
      return sink(streams.onlineOrders, { topic: 'online_orders', partition: 0, records: [record] }, deadline);
    },
  };
}

describe.concurrent('PostgreSQL', () => {
  it('a consumer whose idle connections are all half-open takes a new one within seconds', async (context) => {
    const { proxy, useAll, consume } = await postgres(context);
    const { expect } = context;
    await useAll();
    expect(proxy.swallow()).toBe(3);
    const started = performance.now();
    expect(await consume(0)).toMatchObject({ rejected: 1 });
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(await consume(1)).toMatchObject({ rejected: 1 });
  });

  it('so do many at once, and a query outside of a transaction', async (context) => {
    const { pool, proxy, useAll } = await postgres(context);
    await useAll();
    proxy.swallow();
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => pool.query('select $1::int as n', [n])));
    context.expect(answers.map(({ rows }) => rows[0].n)).toEqual([1, 2, 3, 4, 5]);
  });

  it('a consumer whose connection becomes half-open in its transaction fails once, at its deadline', async (context) => {
    const { pool, proxy, consume } = await postgres(context);
    const { expect } = context;
    const first = consume(0, Date.now() + SHORT, proxy.swallow);
    await expect(first).rejects.toThrow('PostgreSQL did not answer within');
    expect(pool.totalCount).toBe(0);
    expect(await consume(0)).toMatchObject({ rejected: 1, redelivered: 0 });
  });

  it('so does COPY, of which the server takes no more', async (context) => {
    const { database, pool, proxy } = await postgres(context);
    const { expect } = context;
    await database.query('create table copied (n int8)');
    async function* rows(): AsyncGenerator<CopyRows> {
      for (;;) {
        yield { rows: 1_000, columns: [{ kind: 'bigint', values: 1 }] };
        proxy.swallow();
      }
    }
    const copying = inTransactionUntil(pool, Date.now() + SHORT, (transaction) =>
      copyInto(transaction, 'copied', ['n'], rows()),
    );
    await expect(copying).rejects.toThrow('PostgreSQL did not answer within');
    expect(pool.totalCount).toBe(0);
  });

  it('the pool ends, and its sockets with it, which would keep a command from ending', async (context) => {
    const { pool, proxy, useAll } = await postgres(context);
    const sockets: Duplex[] = [];
    pool.on('connect', ({ connection }) => sockets.push(connection.stream));
    await useAll();
    proxy.swallow();
    await pool.end();
    await context.expect
      .poll(() => sockets.map(({ destroyed }) => destroyed), { timeout: 30_000 })
      .toEqual([true, true, true]);
  });
});

describe.concurrent('Kafka', () => {
  it('a producer, a question about offsets and a member of a group go on over new connections', async (context) => {
    const { expect, onTestFinished } = context;
    const { bootstrapServers } = broker;
    const direct = await connectKafka({ bootstrapServers, clientId: 'half-open' });
    onTestFinished(() => direct.close());
    const topic = `half-open-${randomUUID()}`;
    await direct.createTopics([{ topic, partitions: 1 }]);

    const proxy = await proxyBefore(`http://${bootstrapServers}`, context);
    const through = {
      ...{ bootstrapServers: `${proxy.host}:${proxy.port}`, clientId: 'half-open' },
      requestTimeout: 3_000,
    };
    const kafka = await connectKafka(through);
    const producer = await kafka.producer();
    const read = new Set<string>();
    const group = stayInGroup(
      {
        ...{ ...through, groupId: topic, topic, startingPosition: 'TRIM_HORIZON' },
        assigned: () => new Map(),
        fetched({ records }) {
          for (const { value } of records) read.add(String(value));
        },
      },
      () => {},
    );
    onTestFinished(async () => {
      await Promise.all([group.leave(), producer.close()]);
      await kafka.close();
    });
    const send = (value: string) => producer.send(topic, [{ key: null, value }]);
    await send('before');
    await expect.poll(() => [...read], { timeout: 60_000 }).toEqual(['before']);

    expect(proxy.swallow()).toBeGreaterThan(1);
    const started = performance.now();
    await send('after');
    expect(await kafka.offsets(topic)).toEqual([{ partition: 0, earliest: 0, latest: 2 }]);
    await expect.poll(() => [...read], { timeout: 60_000 }).toEqual(['before', 'after']);
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('a producer asks for the partitions of a topic until a broker answers, as it sends until one does', async (context) => {
    const { bootstrapServers } = broker;
    const topic = `half-open-${randomUUID()}`;
    const proxy = await proxyBefore(`http://${bootstrapServers}`, context);
    const kafka = await connectKafka({
      ...{ bootstrapServers: `${proxy.host}:${proxy.port}`, clientId: 'half-open' },
      requestTimeout: 2_000,
    });
    const producer = await kafka.producer();
    context.onTestFinished(async () => {
      await producer.close();
      await kafka.close();
    });
    await kafka.createTopics([{ topic, partitions: 1 }]);
    proxy.swallow();
    await producer.send(topic, [{ key: null, value: 'first' }]);
    context.expect(await kafka.offsets(topic)).toEqual([{ partition: 0, earliest: 0, latest: 1 }]);
  });
});

describe.concurrent('A service behind HTTP', () => {
  it('S3: an object is written and read over new connections', async (context) => {
    const { expect } = context;
    const proxy = await proxyBefore(s3.endpoint, context);
    const client = new S3Client({
      ...awsLimits,
      requestHandler: { ...awsLimits.requestHandler, requestTimeout: 3_000 },
      ...{ endpoint: proxy.url, region: s3.region, forcePathStyle: true, credentials: s3 },
    });
    const lake = openLake((await freshLake()).bucket, client);
    await lake.put('a', Buffer.from('1'), 'text/plain');
    expect(proxy.swallow()).toBeGreaterThan(0);
    await lake.put('a', Buffer.from('2'), 'text/plain');
    expect(proxy.swallow()).toBeGreaterThan(0);
    expect(Buffer.from(await lake.read('a')).toString()).toBe('2');
  });

  it('Lambda: the poller invokes over a connection of its own each time', async (context) => {
    const { expect, onTestFinished } = context;
    const name = await lambdaTools(lambda).create({ 'index.mjs': 'export const handler = async () => {};' });
    const proxy = await proxyBefore(lambda.endpoint, context);
    stubAws(lambda);
    onTestFinished(() => void vi.unstubAllEnvs());
    const invoker = newInvoker(proxy.url, name);
    onTestFinished(() => invoker.close());
    const invoke = () => invoker.invoke(Buffer.from('{}'), new AbortController().signal);
    expect(await invoke()).toEqual({ kind: 'success' });
    proxy.swallow();
    expect(await invoke()).toEqual({ kind: 'success' });
  });

  it('Elasticsearch: a request is repeated over a new connection', async (context) => {
    const { expect, onTestFinished } = context;
    const proxy = await proxyBefore(elasticsearch.url, context);
    const search = await connectSearch({ url: proxy.url, secretId: undefined }, 2_000);
    onTestFinished(() => search.close());
    // The first requests each open a connection.
    for (let request = 0; request < 5; request += 1) await search.info();
    expect(proxy.swallow()).toBeGreaterThan(0);
    const started = performance.now();
    await search.indices.get({ index: 'none*' });
    expect(performance.now() - started).toBeGreaterThan(2_000);
  });
});
