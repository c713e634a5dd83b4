/** Processes are killed with SIGKILL at the worst moments. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { invoke } from '#cli/invoke.ts';
import { streams } from '#domain/streams.ts';
import { until } from '#localstack/processes/until.ts';
import type { Pipeline } from '../support/pipeline.ts';
import type { Chunk } from '../support/scheduled-jobs.ts';
import { sharedPipeline } from './shared-pipeline.ts';

const WITHIN = 120_000;
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await sharedPipeline();
});
afterEach(() => pipeline.s3.behave());

test('archive-orders is killed after its object is in S3, before the ledger has committed it', async () => {
  const { s3, produce, expectExact, versions } = pipeline;
  const failures = failedInvocations();
  const held = s3.misbehave('hold');
  await produce({ seed: 11, count: 2_000 });
  const { key } = await held;
  expect(await stateOf(key)).toBe('open');
  expect(await versions(key)).toBe(1);

  await killServingProcess('archive-orders');
  s3.behave();
  await until(() => failedInvocations() > failures, { what: 'the poller sees the failure', within: WITHIN });
  await expectExact();
  expect(await stateOf(key)).toBe('committed');
  expect(await versions(key)).toBe(1);
});

test('archive-orders is killed after the ledger has committed, before the offset is committed to Kafka', async () => {
  const { committed, pool, postgres, produce, expectExact } = pipeline;
  const failures = failedInvocations();
  const atServer = postgres.holdCommitOf("set state = 'committed'");
  await produce({ seed: 12, count: 2_000 });
  await atServer;
  const { rows } = await pool.query('select partition, next_offset from ledger.partitions where consumer = $1', [
    streams.orders.consumer,
  ]);
  const inKafka = await committed();
  const ahead = rows.filter(({ partition, next_offset }) => next_offset > (inKafka.get(partition) ?? 0));
  expect(ahead.length).toBeGreaterThan(0);

  await killServingProcess('archive-orders');
  await until(() => failedInvocations() > failures, { what: 'the poller sees the failure', within: WITHIN });
  await expectExact();
});

test('the poller is killed while the function works, and its successor delivers the same records concurrently', async () => {
  const { committed, s3, poller, serving, produce, expectExact } = pipeline;
  const before = await committed();
  const held = s3.misbehave('hold', Number.POSITIVE_INFINITY);
  await produce({ seed: 13, count: 2_000 });
  await held;

  await poller.kill();
  const working = serving('archive-orders').length;
  expect(working).toBeGreaterThan(0);
  await poller.start();
  await until(() => serving('archive-orders').length > working, {
    what: 'another process has the records while the first still works',
    within: WITHIN,
  });
  expect(await committed()).toEqual(before);

  s3.behave();
  await expectExact();
});

test('load-orders is killed in the middle of its transaction', async () => {
  const { stack, pool, expectExact } = pipeline;
  const deliveries = await archivedOnly({ seed: 14, count: 2_000 });
  const { unlock } = await lockWarehouse();
  const load = invoke(stack.status, 'load-orders', { action: 'load', delivery_ids: deliveries, run_id: 'killed' });
  const failed = expect(load).rejects.toThrow(/exited/);
  await until(async () => (await waitingLoads()) === 1, { what: 'the load is in its transaction', within: WITHIN });

  await killServingProcess('load-orders');
  await failed;
  await unlock();
  await until(async () => (await unfinishedLoads()) === 0, { what: 'the server has rolled it back', within: WITHIN });
  expect((await pool.query('select from ledger.loads where delivery_id = any($1)', [deliveries])).rowCount).toBe(0);
  await expectExact();
});

test('load-orders is killed after PostgreSQL has committed, before it gets the answer', async () => {
  const { stack, pool, postgres, expectExact } = pipeline;
  const delivery_ids = await archivedOnly({ seed: 15, count: 2_000 });
  const committed = postgres.holdCommitOf('insert into ledger.loads');
  const load = () =>
    invoke<{ loaded: number[]; already_loaded: number[] }>(stack.status, 'load-orders', {
      action: 'load',
      delivery_ids,
      run_id: 'killed',
    });
  const failed = expect(load()).rejects.toThrow(/exited/);
  await committed;
  const { rowCount } = await pool.query('select from ledger.loads where delivery_id = any($1)', [delivery_ids]);
  expect(rowCount).toBe(delivery_ids.length);

  await killServingProcess('load-orders');
  await failed;
  expect(await load()).toMatchObject({ loaded: [], already_loaded: delivery_ids, rows: 0 });
  await expectExact();
});

test('two concurrent loads get the same files', async () => {
  const { stack, expectExact } = pipeline;
  const delivery_ids = await archivedOnly({ seed: 16, count: 2_000 });
  const { unlock } = await lockWarehouse();
  const load = (run_id: string) =>
    invoke<{ loaded: number[]; already_loaded: number[] }>(stack.status, 'load-orders', {
      action: 'load',
      delivery_ids,
      run_id,
    });
  const both = Promise.all([load('one'), load('other')]);
  await until(async () => (await waitingLoads()) === 2, {
    what: 'both loads are in their transactions',
    within: WITHIN,
  });
  await unlock();

  const results = await both;
  expect(results.map(({ loaded }) => loaded.length).sort()).toEqual([0, delivery_ids.length]);
  expect(results.map(({ already_loaded }) => already_loaded.length).sort()).toEqual([0, delivery_ids.length]);
  await expectExact();
});

async function stateOf(key: string): Promise<string> {
  const { rows } = await pipeline.pool.query('select state from ledger.deliveries where object_key = $1', [key]);
  return rows.map(({ state }) => state).join();
}

/** A slow machine may cut the records into several batches: waits until only one process is serving, and kills it. */
async function killServingProcess(name: 'archive-orders' | 'load-orders'): Promise<void> {
  const { serving } = pipeline;
  await until(() => serving(name).length === 1, { what: `only one process of ${name} is serving`, within: WITHIN });
  for (const { pid } of serving(name)) process.kill(pid, 'SIGKILL');
}

const failedInvocations = (): number =>
  pipeline.poller.events().filter((event) => event.kind === 'invoked' && event.failure?.includes('exited')).length;

/** Produces orders and waits until they are in the lake, while each call of load-orders on arrival is lost. @returns their deliveries */
async function archivedOnly(options: { readonly seed: number; readonly count: number }): Promise<number[]> {
  const { stack, configure, produce, untilConsumed, load } = pipeline;
  await load();
  const restore = await configure('archive-orders', {}, { LOAD_FUNCTION: 'is-not-there' });
  try {
    await produce(options);
    await untilConsumed();
  } finally {
    await restore();
  }
  const { chunks } = await invoke<{ chunks: Chunk[] }>(stack.status, 'load-orders', { action: 'list' });
  expect(chunks).toHaveLength(1);
  return [...(chunks[0]?.delivery_ids ?? [])];
}

/** Blocks inserts into the warehouse until it is unlocked. */
async function lockWarehouse() {
  const client = await pipeline.pool.connect();
  await client.query('begin; lock table warehouse.fact_orders in share mode');
  return {
    unlock: async () => {
      await client.query('rollback');
      client.release();
    },
  };
}

const countLoads = async (condition: string): Promise<number> => {
  const { rows } = await pipeline.pool.query(
    `select count(*) as count from pg_stat_activity where usename = 'load_orders' and ${condition}`,
  );
  return rows[0].count;
};
const waitingLoads = () => countLoads(`wait_event_type = 'Lock'`);
/** Another process that has served the function keeps an idle connection for a minute. */
const unfinishedLoads = () => countLoads('xact_start is not null');
