/** A field that orders got later is filled into rows from before, and the proof holds. `quantity` stands for it: the objects are of a version that had none. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import { streams } from '#domain/streams.ts';
import { backfill } from '#functions/load-orders/backfill.ts';
import { listNewFiles } from '#functions/load-orders/list.ts';
import { load } from '#functions/load-orders/load.ts';
import { proveAndClose } from '#functions/prove/prove.ts';
import { kafkaFrom, kafkaWithoutRecords } from '../support/kafka-from.ts';
import { uuidOf } from '../support/payments.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

const BATCHES = 3;
const IN_A_BATCH = 4;
const ORDERS = BATCHES * IN_A_BATCH;
/** What the event was, and is. */
const before = { ...streams.orders, event: orderEvent.omit({ quantity: true }) };

let lake: Lake;
let pool: Pool;
let loader: Pool;
let prover: Pool;

beforeEach(async () => {
  [lake, pool] = [await freshLake(), await freshDatabase()];
  [loader, prover] = [await poolAs('load_orders', pool), await poolAs('prove', pool)];
  // As `npx tillstream add-field` has it of a field that comes later.
  await pool.query('grant update (quantity) on warehouse.fact_orders to load_orders');
  await loadWithoutField();
});
afterEach(() => Promise.all([loader, prover, pool].map((each) => each.end())));

/** The quantity of every third order isn't known, and that of one is no quantity. */
const quantityOf = (n: number) => (n % 3 === 2 ? undefined : n === 4 ? 'four' : n + 1);
const filledOf = (n: number) => (typeof quantityOf(n) === 'number' ? n + 1 : null);

async function loadWithoutField(): Promise<void> {
  const consume = writeToLake({ pool, lake, ...kafkaFrom(0) }, layoutOf(before));
  for (let batch = 0; batch < BATCHES; batch++) {
    const records = Array.from({ length: IN_A_BATCH }, (_, index) => {
      const n = batch * IN_A_BATCH + index;
      const order = {
        ...{
          order_id: uuidOf(n),
          user_id: uuidOf(7),
          amount: 19.99,
          currency: 'EUR',
          category: 'books',
          country: 'DE',
        },
        ...{ created_at: '2026-01-02T03:04:05Z', quantity: quantityOf(n) },
      };
      return {
        offset: n,
        timestamp: 1_767_326_645_000,
        key: null,
        headers: [],
        value: Buffer.from(JSON.stringify(order)),
      };
    });
    await consume(before, { topic: 'orders', partition: 0, records });
  }
  for (const { delivery_ids } of (await listNewFiles(loader)).chunks)
    await load({ pool: loader, lake, kafka: kafkaWithoutRecords }, delivery_ids, 'test');
  // The load of then knew of no such field.
  await pool.query('update warehouse.fact_orders set quantity = null');
  await pool.query(
    `update ledger.loads set rows_fingerprint =
       (select sum(warehouse.fingerprint(facts)) from warehouse.fact_orders as facts where facts.delivery_id = loads.delivery_id)`,
  );
}

/** What is off. */
async function proof(everything: boolean): Promise<string[]> {
  const sources = {
    ...{ pool: prover, lake, hourlyMetrics: async () => [] },
    offsets: async (topic: string) => (topic === 'orders' ? [{ partition: 0, earliest: 0, latest: ORDERS }] : []),
  };
  const options = { depth: everything ? ('rows' as const) : ('objects' as const), settled: true };
  const { checks } = await proveAndClose(sources, options, Date.now() + 600_000, (cause) => {
    throw cause;
  });
  return checks.flatMap(({ balanced, name }) => (balanced ? [] : [name]));
}

const call = (more: { after?: number; dry_run?: boolean; field?: string } = {}) =>
  backfill({ pool: loader, lake }, { field: 'quantity', filled_by: 'ada', after: 0, dry_run: false, ...more });

async function quantities(): Promise<(number | null)[]> {
  const { rows } = await pool.query<{ quantity: number | null }>(
    'select quantity from warehouse.fact_orders order by kafka_offset',
  );
  return rows.map(({ quantity }) => quantity);
}

const all = Array.from({ length: ORDERS }, (_, n) => filledOf(n));
const known = all.filter((quantity) => quantity !== null).length;

it('fills what the lake knows, once, notes who did it, and the proof balances before and after', async () => {
  expect(await proof(true)).toEqual([]);
  expect(await call({ dry_run: true })).toEqual({ objects: BATCHES, filled: known, next: null });
  expect(await quantities()).toEqual(all.map(() => null));

  expect(await call()).toEqual({ objects: BATCHES, filled: known, next: null });
  expect(await quantities()).toEqual(all);
  // Opened again, though its objects were closed.
  expect(await proof(false)).toEqual([]);
  expect(await proof(true)).toEqual([]);
  const { rows } = await pool.query('select field, filled::int, filled_by from ledger.backfills order by delivery_id');
  expect(rows.map(({ field, filled_by }) => [field, filled_by])).toEqual(Array(BATCHES).fill(['quantity', 'ada']));
  expect(rows.reduce((sum, { filled }) => sum + filled, 0)).toBe(known);

  expect(await call()).toEqual({ objects: BATCHES, filled: 0, next: null });
  expect(await proof(true)).toEqual([]);
});

it('goes on where a call ended, and leaves a value that is there', async () => {
  const { rows } = await pool.query<{ id: number }>('select min(delivery_id) as id from ledger.loads');
  const first = rows[0]?.id ?? 0;
  expect(await call({ after: first })).toMatchObject({ objects: BATCHES - 1 });
  expect((await quantities()).slice(0, IN_A_BATCH)).toEqual([null, null, null, null]);
  expect(await call()).toMatchObject({ objects: BATCHES });
  expect(await quantities()).toEqual(all);
  await pool.query('update warehouse.fact_orders set quantity = 99 where kafka_offset = 0');
  expect(await proof(true)).toContain('orders: the rows of the warehouse are as they were loaded');
});

it('fills no rows that were edited since they were loaded: they would pass for what was loaded', async () => {
  await pool.query('update warehouse.fact_orders set amount = amount + 0.01 where kafka_offset = $1', [IN_A_BATCH]);
  await expect(call()).rejects.toThrow(/^Expected the rows of delivery \d+ .* as they were loaded, got others/);
  expect((await quantities()).slice(0, IN_A_BATCH)).toEqual(all.slice(0, IN_A_BATCH));
  expect((await quantities()).slice(IN_A_BATCH)).toEqual(Array(ORDERS - IN_A_BATCH).fill(null));
});

it('refuses a field that orders have not, or always had', async () => {
  await expect(call({ field: 'channel' })).rejects.toThrow('(product_id, quantity), got channel');
  await expect(call({ field: 'amount' })).rejects.toThrow('got amount');
});
