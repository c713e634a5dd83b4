import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openPool } from '#adapters/postgres/index.ts';
import { simulate } from '#simulator/simulator.ts';
import { openScreen } from '../screen.ts';
import { production, readOptions } from './options.ts';
import type { Platform } from './platform.ts';
import { round } from './round.ts';

it('has payments of now, few of them late', () => {
  const began = Date.now();
  const payments = [...simulate(production(readOptions(['--once', '--orders', '300'])))].flatMap(({ meant }) =>
    'madeAt' in meant ? [meant.madeAt] : [],
  );
  expect(payments.length).toBeGreaterThan(290);
  expect(payments.filter((madeAt) => madeAt < began - 120_000).length).toBeLessThan(30);
});

const silent = openScreen(new Writable({ write: (_chunk, _encoding, done) => done() }) as NodeJS.WriteStream);

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

it('fails at once with the reason why nothing could be produced, and waits for nothing any more', async () => {
  const installFolder = `${import.meta.filename}/is-no-folder`; // so that Spark isn't installed
  const answer = Promise.withResolvers<never>();
  const pool = { query: () => answer.promise };
  const producer = () => Promise.reject(new Error('no broker answers'));
  const stop = new AbortController();
  try {
    const stack = { status: { runFolder: tmpdir() } };
    const platform = { stack, installFolder, pool, kafka: { producer } } as unknown as Platform;
    const before = timers();
    await expect(round(platform, readOptions(['--once']), silent, stop.signal)).rejects.toThrow('no broker answers');
    answer.reject(new Error('the pool has ended'));
    await setImmediate();
    expect(timers()).toBeLessThanOrEqual(before);
  } finally {
    stop.abort();
  }
});

it('fails with the reason why the first load failed, and produces no further', async () => {
  const archived = { topic: 'orders', partition: 0, start: 0, next: 1, records: 1, accepted: 1, objects: 1 };
  const ledger = { at: '', partitions: [archived], loads: [] };
  const pool = { query: (sql: string) => Promise.resolve({ rows: sql.includes('as accepted') ? [ledger] : [] }) };
  let closed = 0;
  const producer = () => Promise.resolve({ send: async () => {}, close: async () => void closed++ });
  const stop = new AbortController();
  try {
    const platform = {
      // Without Airflow, which loads.
      ...{
        stack: { status: { runFolder: tmpdir() }, services: {} },
        installFolder: `${import.meta.filename}/is-no-folder`,
      },
      ...{ pool, kafka: { producer, offsets: async () => [] } },
    } as unknown as Platform;
    const options = readOptions(['--once', '--orders', '1000000', '--rate', '1']);
    await expect(round(platform, options, silent, stop.signal)).rejects.toThrow('A round needs Airflow');
    expect(closed).toBe(1);
  } finally {
    stop.abort();
  }
});

it('fails when the disk gets too full, after the batch that is on its way', async () => {
  const pool = openPool({ port: 1 }); // nothing answers there
  let sent = 0;
  const producer = () => Promise.resolve({ send: async () => void sent++, close: async () => {} });
  const stop = new AbortController();
  try {
    const platform = {
      ...{ stack: { status: { runFolder: tmpdir() } }, installFolder: `${import.meta.filename}/is-no-folder` },
      ...{ pool, kafka: { producer } },
    } as unknown as Platform;
    const disk = { ask: () => Promise.resolve(sent > 0 ? 1e9 : 9e9), every: 1 };
    const options = readOptions(['--once', '--orders', '1000000', '--rate', '1']);
    await expect(round(platform, options, silent, stop.signal, { disk })).rejects.toThrow('The disk is too full');
  } finally {
    stop.abort();
    await pool.end();
  }
});

it('tells the timings of a round alone', () => {
  expect(() => readOptions(['--timings'])).toThrow('--timings needs --once: only a round ends.');
});
