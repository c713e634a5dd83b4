/** load-orders, called as objects arrive: it takes all that waits, one call at a time, and looks for it in few pages. */
import { beforeEach, expect, test } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { listNewFiles } from '#functions/load-orders/list.ts';
import { type LoadResult, load } from '#functions/load-orders/load.ts';
import { type LoadedNew, loadNew, ON_ARRIVAL } from '#functions/load-orders/on-arrival.ts';
import { until } from '#localstack/processes/until.ts';
import { blocksRead, singleConnection } from '../../benchmarks/blocks-read.ts';
import { archive, orderOf, ordersOf } from '../support/archived.ts';
import { kafkaWithoutRecords } from '../support/kafka-from.ts';
import { freshLoadingStores } from '../support/loading.ts';
import { freshDatabase } from '../support/stores.ts';

let lake: Lake;
let pool: Pool;
let rolePool: Pool;

beforeEach(async () => {
  const { close, ...stores } = await freshLoadingStores();
  ({ lake, pool, rolePool } = stores);
  return close;
});

const stores = () => ({ pool: rolePool, lake, kafka: kafkaWithoutRecords });

async function arrive(): Promise<LoadedNew & { readonly results: readonly LoadResult[] }> {
  const results: LoadResult[] = [];
  const outcome = await loadNew(stores(), async (result) => void results.push(result));
  return { ...outcome, results };
}

const loads = async () =>
  (await pool.query('select delivery_id, inserted, run_id from ledger.loads order by delivery_id')).rows;

/** Blocks inserts into the warehouse until it is unlocked. */
async function lockWarehouse() {
  const client = await pool.connect();
  await client.query('begin; lock table warehouse.fact_orders in share mode');
  return {
    unlock: async () => {
      await client.query('rollback');
      client.release();
    },
  };
}

async function untilBlocked(): Promise<void> {
  const blocked = async () => {
    const { rowCount } = await pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rowCount === 1;
  };
  await until(blocked, { what: 'the load is in its transaction', within: 60_000 });
}

test('all that waits is loaded, and nothing happens when nothing waits', async () => {
  expect(await arrive()).toEqual({ outcome: 'nothing waits', chunks: 0, results: [] });
  const ids: number[] = [];
  for (const n of [0, 1, 2]) ids.push((await archive({ pool, lake }, [orderOf(n)], { partition: n })).id);
  const { results, ...outcome } = await arrive();
  expect(outcome).toEqual({ outcome: 'nothing waits', chunks: 1 });
  expect(results.map(({ loaded }) => loaded)).toEqual([ids]);
  expect(await loads()).toEqual(ids.map((delivery_id) => ({ delivery_id, inserted: 1, run_id: ON_ARRIVAL })));
});

test('what has gathered is loaded a chunk at a time', async () => {
  const all = ordersOf(0, 100_001);
  const ids = [
    (await archive({ pool, lake }, all)).id,
    // A chunk has 200,000 rows.
    (await archive({ pool, lake }, all, { partition: 1 })).id,
  ];
  const { results, ...outcome } = await arrive();
  expect(outcome).toEqual({ outcome: 'nothing waits', chunks: 2 });
  expect(results).toMatchObject([
    { loaded: [ids[0]], inserted: 100_001 },
    { loaded: [ids[1]], duplicates: 100_001 },
  ]);
});

test('a call that comes while another one works leaves it what has arrived meanwhile', async () => {
  const first = await archive({ pool, lake }, ordersOf(0, 10));
  const { unlock } = await lockWarehouse();
  const working = arrive();
  await untilBlocked();
  const second = await archive({ pool, lake }, ordersOf(10, 30), { partition: 1 });
  expect(await arrive()).toEqual({ outcome: 'busy', chunks: 0, results: [] });
  expect(await loads()).toEqual([]);
  await unlock();
  const { results, ...outcome } = await working;
  expect(outcome).toEqual({ outcome: 'nothing waits', chunks: 2 });
  expect(results.map(({ loaded }) => loaded)).toEqual([[first.id], [second.id]]);
});

test('a load of the DAG that has the same object goes on beside it, and each object is loaded once', async () => {
  const { id } = await archive({ pool, lake }, ordersOf(0, 10));
  const { unlock } = await lockWarehouse();
  const arriving = arrive();
  await untilBlocked();
  const ofDag = load(stores(), [id], 'run');
  await unlock();
  expect(await ofDag).toMatchObject({ loaded: [], already_loaded: [id] });
  expect(await arriving).toMatchObject({ outcome: 'nothing waits', chunks: 1 });
  expect(await loads()).toEqual([{ delivery_id: id, inserted: 10, run_id: ON_ARRIVAL }]);
});

test('what a failed call has left the next one takes', async () => {
  const { id } = await archive({ pool, lake }, ordersOf(0, 10));
  await pool.query('alter table warehouse.fact_orders add constraint not_today check (false) not valid');
  await expect(arrive()).rejects.toThrow('not_today');
  await pool.query('alter table warehouse.fact_orders drop constraint not_today');
  const next = await archive({ pool, lake }, ordersOf(10, 20));
  const { results } = await arrive();
  expect(results.map(({ loaded }) => loaded)).toEqual([[id, next.id]]);
});

test('a load that was deleted to be made again is found however old it is', async () => {
  const old = await archive({ pool, lake }, ordersOf(0, 10));
  await archive({ pool, lake }, ordersOf(10, 20), { partition: 1 });
  await arrive();
  await pool.query('delete from warehouse.fact_orders where delivery_id = $1', [old.id]);
  await pool.query('delete from ledger.loads where delivery_id = $1', [old.id]);
  const { results } = await arrive();
  expect(results).toMatchObject([{ loaded: [old.id], inserted: 10 }]);
});

/** Blocks of 8 KB that a list reads after so many deliveries, of which so many wait. */
async function blocksOfList(deliveries: number, waiting: number): Promise<number> {
  const database = await freshDatabase();
  // It takes an index for dear, as the planner does for that of a million deliveries.
  const own = singleConnection(database, '-c random_page_cost=1000');
  try {
    await own.query(
      'alter table ledger.deliveries disable trigger user; alter table ledger.loads disable trigger user',
    );
    await own.query(FILL.replaceAll('DELIVERIES', String(deliveries)).replaceAll('WAITING', String(waiting)));
    await own.query('select ledger.count_again()');
    await own.query('vacuum analyze');
    expect((await listNewFiles(own)).files).toBe(waiting);
    return await blocksRead(own, () => listNewFiles(own));
  } finally {
    await Promise.all([own.end(), database.end()]);
  }
}

/** Of ten deliveries one is of orders; all but the last of these are loaded. */
const FILL = `
  insert into ledger.partitions (consumer, topic, partition, start_offset, next_offset)
  values ('archive-orders', 'orders', 0, 0, DELIVERIES), ('update-inventory', 'store_sales', 0, 0, DELIVERIES);
  insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted, rejected,
    source_sha256, object_key, object_sha256, object_bytes, committed_at)
  select consumer, topic, 0, n, n, 'committed', 1, 1, 0, '', object_key, '', 1, now()
  from generate_series(0, DELIVERIES - 1) as n, lateral (
    select 'archive-orders' as consumer, 'orders' as topic, 'raw/orders/' || n as object_key where n % 10 = 0
    union all
    select 'update-inventory', 'store_sales', null where n % 10 > 0
  ) as streams
  order by n;
  insert into ledger.loads (delivery_id, rows, inserted, duplicates, conflicts, run_id)
  select delivery_id, 1, 1, 0, 0, 'test'
  from ledger.deliveries
  where consumer = 'archive-orders' and first_offset < DELIVERIES - 10 * WAITING`;

test.each([0, 4])('a list of %i objects reads as little after a long history as after a short one', async (waiting) => {
  const few = await blocksOfList(1_000, waiting);
  const many = await blocksOfList(10_000, waiting);
  expect(few).toBeGreaterThan(0);
  expect(few).toBeLessThan(200);
  // Indexes are a level deeper.
  expect(many).toBeLessThan(few * 1.5);
});
