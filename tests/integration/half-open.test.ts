/** Connections that are half-open are given up within seconds, and the work goes on over new ones. On the real services. */
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { copyInto } from '#adapters/postgres/copy.ts';
import { inTransactionUntil, openPool, type Pool } from '#adapters/postgres/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { type HalfOpenProxy, startHalfOpenProxy } from '../support/half-open-proxy.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { freshDatabase } from '../support/stores.ts';

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
