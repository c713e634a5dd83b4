/** Connections that are half-open are given up within seconds, and the work goes on over new ones. On the real services. */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { awsLimits } from '#adapters/aws.ts';
import { connectKafka, joinGroup } from '#adapters/kafka/index.ts';
import { openLake } from '#adapters/lake/index.ts';
import { copyInto } from '#adapters/postgres/copy.ts';
import { inTransactionUntil, openPool, type Pool } from '#adapters/postgres/index.ts';
import { connectSearch } from '#adapters/search/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { newInvoker } from '#localstack/poller/invoke.ts';
import { type HalfOpenProxy, startHalfOpenProxy } from '../support/half-open-proxy.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { freshDatabase, freshLake } from '../support/stores.ts';

async function proxyBefore(target: { host: string; port: number }): Promise<HalfOpenProxy> {
  const proxy = await startHalfOpenProxy(target);
  onTestFinished(() => proxy.close());
  return proxy;
}

describe('PostgreSQL', () => {
  let database: Pool;
  let pool: Pool;
  let proxy: HalfOpenProxy;
  beforeEach(async () => {
    database = await freshDatabase();
    const { host = '', port = 0, user, password, database: name } = database.options;
    proxy = await proxyBefore({ host, port });
    pool = openPool({ host: proxy.host, port: proxy.port, user, password, database: name, max: 3 });
  });
  afterEach(async () => {
    await Promise.all([pool.ending || pool.end(), database.end()]);
  });

  /** Opens as many connections as the pool has, and gives them back. */
  const useAll = async () => {
    await Promise.all([1, 2, 3].map(() => pool.query('select pg_sleep(0.1)')));
    expect(pool.idleCount).toBe(3);
  };
  const consume = (offset: number, deadline?: number, during = async () => {}) => {
    const sink = writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, async () => {
      await during();
      return { duplicates: 0, refused: [] };
    });
    const record = { offset, timestamp: 0, key: null, value: Buffer.from('{}'), headers: [] };
    return sink(streams.onlineOrders, { topic: 'online_orders', partition: 0, records: [record] }, deadline);
  };

  it('a consumer whose idle connections are all half-open takes a new one within seconds', async () => {
    await useAll();
    expect(proxy.swallow()).toBe(3);
    const started = performance.now();
    expect(await consume(0)).toMatchObject({ rejected: 1 });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await consume(1)).toMatchObject({ rejected: 1 });
  });

  it('so do many at once, and a query outside of a transaction', async () => {
    await useAll();
    proxy.swallow();
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => pool.query('select $1::int as n', [n])));
    expect(answers.map(({ rows }) => rows[0].n)).toEqual([1, 2, 3, 4, 5]);
  });

  it('a consumer whose connection becomes half-open in its transaction fails once, at its deadline', async () => {
    const first = consume(0, Date.now() + 2_000, async () => {
      proxy.swallow();
    });
    await expect(first).rejects.toThrow('PostgreSQL did not answer within');
    expect(pool.totalCount).toBe(0);
    expect(await consume(0)).toMatchObject({ rejected: 1, redelivered: 0 });
  });

  it('so does COPY, of which the server takes no more', async () => {
    await database.query('create table copied (n int8)');
    const rows = { rows: 1_000, columns: [{ kind: 'bigint' as const, values: 1 }] };
    const copying = inTransactionUntil(pool, Date.now() + 1_500, (transaction) =>
      copyInto(
        transaction,
        'copied',
        ['n'],
        (async function* () {
          yield rows;
          proxy.swallow();
          for (;;) yield rows;
        })(),
      ),
    );
    await expect(copying).rejects.toThrow('PostgreSQL did not answer within');
    expect(pool.totalCount).toBe(0);
  });

  it('the pool ends, and its sockets with it, which would keep a command from ending', async () => {
    const sockets: Duplex[] = [];
    pool.on('connect', ({ connection }) => sockets.push(connection.stream));
    await useAll();
    proxy.swallow();
    await pool.end();
    await expect.poll(() => sockets.map(({ destroyed }) => destroyed), { timeout: 10_000 }).toEqual([true, true, true]);
  });
});

describe('Kafka', () => {
  const { bootstrapServers } = inject('stack').kafka;
  const requestTimeout = 1_000;

  it('a producer, a question about offsets and a reader go on over new connections', async () => {
    const [host = '', port] = bootstrapServers.split(':');
    const proxy = await proxyBefore({ host, port: Number(port) });
    const topic = `half-open-${randomUUID()}`;
    const kafka = await connectKafka({
      bootstrapServers: `${host}:${proxy.port}`,
      clientId: 'half-open',
      requestTimeout,
    });
    const producer = await kafka.producer();
    onTestFinished(async () => {
      await producer.close();
      await kafka.close();
    });
    await kafka.createTopics([{ topic, partitions: 1 }]);
    const send = (value: string) => producer.send(topic, [{ key: null, value }]);
    await send('before');
    expect(proxy.swallow()).toBeGreaterThan(1);
    const started = performance.now();
    await send('after');
    expect(await kafka.offsets(topic)).toEqual([{ partition: 0, earliest: 0, latest: 2 }]);
    expect(performance.now() - started).toBeLessThan(20_000);

    const read: (string | undefined)[] = [];
    const joined = await joinGroup({
      bootstrapServers: `${host}:${proxy.port}`,
      clientId: 'half-open',
      groupId: topic,
      topic,
      requestTimeout,
      startingPosition: 'TRIM_HORIZON',
      assigned: () => new Map(),
      fetched: ({ records }) => read.push(...records.map(({ value }) => value?.toString())),
      failed: () => {},
    });
    onTestFinished(() => joined.leave());
    await expect.poll(() => read, { timeout: 60_000 }).toEqual(['before', 'after']);
    proxy.swallow();
    await send('later');
    await expect.poll(() => read, { timeout: 60_000 }).toEqual(['before', 'after', 'later']);
  });
});

describe('Services behind HTTP', () => {
  const { s3, lambda, elasticsearch } = inject('stack');
  const throughProxy = async (url: string) => {
    const { hostname: host, port } = new URL(url);
    const proxy = await proxyBefore({ host, port: Number(port) });
    return { proxy, url: `http://${host}:${proxy.port}` };
  };

  it('S3: an object is written and read over new connections', async () => {
    const { proxy, url } = await throughProxy(s3.endpoint);
    const { bucket } = await freshLake();
    const lake = openLake(
      bucket,
      new S3Client({
        ...awsLimits,
        requestHandler: { ...awsLimits.requestHandler, requestTimeout: 1_000 },
        endpoint: url,
        region: s3.region,
        forcePathStyle: true,
        credentials: s3,
      }),
    );
    await lake.put('a', Buffer.from('1'), 'text/plain');
    expect(proxy.swallow()).toBe(1);
    await lake.put('a', Buffer.from('2'), 'text/plain');
    expect(proxy.swallow()).toBe(2);
    expect(Buffer.from(await lake.read('a')).toString()).toBe('2');
  });

  it('Lambda: the poller invokes over a connection of its own each time', async () => {
    const { proxy, url } = await throughProxy(lambda.endpoint);
    process.env.AWS_REGION = lambda.region;
    process.env.AWS_ACCESS_KEY_ID = lambda.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = lambda.secretAccessKey;
    const invoker = newInvoker(url, 'no-such-function');
    onTestFinished(() => invoker.close());
    const invoke = () => invoker.invoke(Buffer.from('{}'), new AbortController().signal);
    expect(await invoke()).toMatchObject({ kind: 'failure', reason: expect.stringContaining('ResourceNotFound') });
    proxy.swallow();
    expect(await invoke()).toMatchObject({ kind: 'failure', reason: expect.stringContaining('ResourceNotFound') });
  });

  it('Elasticsearch: a request is repeated over a new connection', async () => {
    const { proxy, url } = await throughProxy(elasticsearch.url);
    const search = await connectSearch({ url, secretId: undefined }, 1_000);
    onTestFinished(() => search.close());
    // The first requests each open a connection.
    for (let request = 0; request < 5; request += 1) await search.info();
    expect(proxy.swallow()).toBeGreaterThan(0);
    const started = performance.now();
    await search.indices.get({ index: 'none*' });
    expect(performance.now() - started).toBeGreaterThan(1_000);
  });
});
