/** sql/quality on real PostgreSQL, as role check_quality: every check passes on good rows and names the bad ones. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { check } from '#functions/check-quality/check.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { sqlFolder } from '#sql/folder.ts';
import { uuidOf } from '../support/archived.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

/** Logged in as superuser, and with the function's role. */
let pool: Pool;
let rolePool: Pool;

beforeAll(async () => {
  pool = await freshDatabase();
  rolePool = await poolAs('check_quality', pool);
});

afterAll(async () => {
  await rolePool.end();
  await pool.end();
});

const id = (number: number) => `'${uuidOf(number)}'`;

/**
 * Two curated loads (deliveries 1 and 2), a load since the last run (3), and a delivery that is not loaded (4). Order 1 is
 * from the shop's history; 2 and 3 are streamed; 4 arrived since the last run; the stream curated 5 before its load.
 */
const GOOD = `
  truncate ledger.partitions, ledger.deliveries, ledger.loads, warehouse.fact_orders, shop.customers, shop.products,
    shop.orders, curated.dim_customers, curated.dim_products, curated.fact_orders, curated.curations,
    gold.daily_product_clicks, gold.daily_orders, gold.aggregations, payments.transactions, payments.transactions_clean,
    payments.changed_hours, payments.transformed_hours cascade;
  insert into ledger.partitions
  values ('archive-orders', 'orders', 0, 0, 400), ('archive-user-events', 'user_events', 0, 0, 30);
  insert into ledger.deliveries (delivery_id, consumer, topic, partition, first_offset, last_offset, state, records, accepted,
    rejected, source_sha256, object_key, committed_at)
  overriding system value
  select n, 'archive-orders', 'orders', 0, n * 100 - 100, n * 100 - 1, 'committed', 1, 1, 0, '', 'o' || n, now()
  from generate_series(1, 4) as n
  union all
  select n, 'archive-user-events', 'user_events', 0, n * 10 - 110, n * 10 - 101, 'committed', 10, 10, 0, '', 'e' || n, now()
  from generate_series(11, 13) as n;
  insert into ledger.loads (delivery_id, rows, inserted, duplicates, conflicts, run_id)
  select n, 1, 1, 0, 0, 'test' from generate_series(1, 3) as n;
  insert into curated.curations values (1), (2);

  insert into shop.customers (customer_id, name, email, country, segment, signed_up_at)
  values (${id(0xa)}, 'Ada', 'ada@shop.example', 'DE', 'vip', '2025-01-01'), (${id(0xb)}, 'Bob', '-', 'DE', 'new', now());
  insert into shop.products values ('p-1', 'Novel', 'books', 12.50);
  insert into shop.orders values (${id(1)}, ${id(0xa)}, 'p-1', 1, 25, 'EUR', 'DE', '2025-12-10T23:59:59.9Z');
  insert into warehouse.fact_orders (order_id, user_id, product_id, delivery_id, kafka_offset, amount, quantity, currency,
    category, country, created_at)
  select order_id, ${id(0xa)}, 'p-1', delivery_id, delivery_id * 100 - 100, 10.10, 1, 'EUR', 'books', 'DE', '2025-12-11T00:00:00Z'
  from (values (${id(2)}::uuid, 1), (${id(3)}, 2), (${id(4)}, 3)) as orders (order_id, delivery_id);
  insert into curated.dim_customers
  select customer_id, country, segment, signed_up_at from shop.customers where name = 'Ada';
  insert into curated.dim_products select product_id, name, category, price from shop.products;
  insert into curated.fact_orders
  select order_id, ${id(0xa)}, 'p-1', case when kafka_offset is not null then 0 end, kafka_offset, order_date,
    order_date + time '00:00' at time zone 'UTC', 1, amount, 'EUR', 'books', 'DE', 'vip'
  from (values
    (${id(1)}::uuid, null, date '2025-12-10', 25.00), (${id(2)}, 0, '2025-12-11', 10.10), (${id(3)}, 100, '2025-12-11', 10.10),
    (${id(5)}, 300, '2025-12-11', 7.00)
  ) as orders (order_id, kafka_offset, order_date, amount);

  insert into gold.aggregations values (11, '{2026-01-01}'), (12, '{2026-01-01, 2026-01-02}');
  insert into gold.daily_product_clicks values ('2026-01-01', 'p-1', 15, 3), ('2026-01-02', 'p-1', 1, 1);
  insert into gold.daily_orders values ('2026-01-01', 'EUR', 5, -12.50);

  insert into payments.transactions
  select id, id, 0.10, 'EUR', 'completed', event_time, event_time + late, 0, 0
  from (values (${id(1)}::uuid, interval '3 minutes'), (${id(2)}, '0')) as payments (id, late),
    date_trunc('hour', now(), 'UTC') as event_time`;

/** Restores the good rows. */
async function restoreGood(): Promise<void> {
  await pool.query(GOOD);
  await transform(pool, { full: true });
}

beforeEach(restoreGood);

const outcome = async (suite: string, name: string) => {
  const [result] = await check(rolePool, { suite, check: name }, Date.now() + 60_000);
  return result?.rows.map((row) => JSON.parse(row));
};

interface Planted {
  readonly plant: string;
  /** Part of the row that the check returns. */
  readonly row: object;
  readonly undo?: string;
}

const planted: Record<string, Record<string, readonly Planted[]>> = {
  curate_orders: {
    row_counts_equal_sources: [
      {
        plant: `delete from curated.fact_orders where order_id = ${id(2)}`,
        row: {
          order_date: '2025-12-11',
          source_orders: 2,
          curated_orders: 1,
          missing_order: uuidOf(2),
          surplus_order: null,
        },
      },
      {
        plant: `delete from curated.fact_orders where order_id = ${id(1)}`,
        row: { order_date: '2025-12-10', source_orders: 1, curated_orders: 0, missing_order: uuidOf(1) },
      },
      {
        plant: `delete from shop.orders`,
        row: { order_date: '2025-12-10', source_orders: 0, curated_orders: 1, surplus_order: uuidOf(1) },
      },
      {
        // Its delivery is loaded without it, and another order is missing, so the count is right.
        plant: `update curated.fact_orders set order_id = ${id(6)}, kafka_offset = 199 where order_id = ${id(3)}`,
        row: { source_orders: 2, curated_orders: 2, missing_order: uuidOf(3), surplus_order: uuidOf(6) },
      },
    ],
    revenue_equals_warehouse: [
      {
        plant: `update curated.fact_orders set amount = 10.11 where order_id = ${id(2)}`,
        row: { order_id: uuidOf(2), amount: 10.11, warehouse_amount: 10.1 },
      },
      {
        plant: `update curated.fact_orders set currency = 'USD' where order_id = ${id(3)}`,
        row: { order_id: uuidOf(3), currency: 'USD', warehouse_currency: 'EUR' },
      },
    ],
    no_nulls: [
      {
        plant: `alter table curated.fact_orders alter currency drop not null;
          update curated.fact_orders set currency = null where order_id = ${id(1)}`,
        row: { table_name: 'fact_orders', key: uuidOf(1) },
        undo: 'delete from curated.fact_orders where currency is null; alter table curated.fact_orders alter currency set not null',
      },
      {
        plant: `update curated.fact_orders set kafka_partition = null where order_id = ${id(2)}`,
        row: { table_name: 'fact_orders', key: uuidOf(2) },
      },
      { plant: `update curated.dim_products set name = ''`, row: { table_name: 'dim_products', key: 'p-1' } },
    ],
    unique_keys: [
      {
        plant: `update curated.fact_orders set kafka_offset = 0 where order_id = ${id(3)}`,
        row: { key: 'kafka_partition, kafka_offset', value: '0, 0', times: 2 },
      },
    ],
    orders_have_customers: [
      {
        plant: `update curated.fact_orders set customer_id = ${id(0xc)} where order_id = ${id(1)}`,
        row: { order_id: uuidOf(1), customer_id: uuidOf(0xc) },
      },
    ],
    orders_have_products: [
      {
        plant: `update curated.fact_orders set product_id = 'p-2' where order_id = ${id(1)}`,
        row: { order_id: uuidOf(1), product_id: 'p-2' },
      },
    ],
    customers_are_complete: [
      {
        plant: `update curated.dim_customers set segment = 'unknown', signed_up_at = null`,
        row: { customer_id: uuidOf(0xa), segment: 'vip', curated_segment: 'unknown' },
      },
    ],
    loads_are_fresh: [
      { plant: `update ledger.loads set loaded_at = now() - interval '27 hours'`, row: { delivery_id: 3, rows: 1 } },
    ],
  },
  aggregate_user_events: {
    counts_fit_events: [
      {
        plant: `update gold.daily_product_clicks set clicks = 16 where event_date = '2026-01-01'`,
        row: { day: '2026-01-01', counted_events: 21, bronze_events: 20 },
      },
      {
        plant: `insert into gold.daily_orders values ('2026-01-03', 'EUR', 1, 1)`,
        row: { day: '2026-01-03', counted_events: 1, bronze_events: 0 },
      },
    ],
    numbers_are_possible: [
      {
        plant: `update gold.daily_product_clicks set visitors = 2 where event_date = '2026-01-02'`,
        row: { table_name: 'daily_product_clicks', day: '2026-01-02', numbers: '1 clicks of 2' },
      },
      {
        plant: `update gold.daily_orders set currency = ''`,
        row: { table_name: 'daily_orders', day: '2026-01-01', numbers: '5 orders, 0 credits, for -12.50' },
      },
    ],
    unique_keys: [
      {
        plant: `alter table gold.daily_orders drop constraint daily_orders_pkey;
          insert into gold.daily_orders select * from gold.daily_orders`,
        row: { table_name: 'daily_orders', day: '2026-01-01', key: 'EUR', times: 2 },
        undo: 'truncate gold.daily_orders; alter table gold.daily_orders add primary key (order_date, currency)',
      },
    ],
    objects_are_fresh: [
      {
        plant: `update ledger.deliveries set committed_at = now() - interval '27 hours'`,
        row: { delivery_id: 13, object_key: 'e13' },
      },
    ],
  },
  process_kafka_to_postgres: {
    raw_equals_clean: [
      {
        plant: `delete from payments.transactions_clean where is_late`,
        row: { raw_transactions: 2, clean_transactions: 1, raw_amount: 0.2, clean_amount: 0.1 },
      },
      {
        plant: `update payments.transactions_clean set amount = amount + 0.01 where is_late`,
        row: { raw_transactions: 2, clean_transactions: 2, raw_amount: 0.2, clean_amount: 0.21 },
      },
      {
        plant: `delete from payments.transactions where transaction_id = ${id(1)}`,
        row: { raw_transactions: 1, clean_transactions: 2 },
      },
      { plant: `delete from payments.transactions`, row: { raw_transactions: null, clean_transactions: 2 } },
      { plant: `delete from payments.transactions_clean`, row: { raw_transactions: 2, clean_transactions: null } },
    ],
    clean_equals_view: [
      {
        plant: `create or replace view payments.hourly_metrics as
          select event_hour, count(*) as total_transactions, sum(amount + 0.00) as total_amount,
            0::bigint as late_transactions, 0::numeric as late_ratio, '[]'::jsonb as amounts
          from payments.transactions_clean group by event_hour`,
        row: { clean_transactions: 2, view_transactions: 2, clean_late: 1, view_late: 0 },
        undo: readFileSync(new URL('hourly_metrics.sql', sqlFolder('views')), 'utf8'),
      },
    ],
    lateness_is_right: [
      {
        plant: `update payments.transactions_clean set is_ahead = true where is_late`,
        row: { transaction_id: uuidOf(1), latency_seconds: 180, is_ahead: true },
      },
      {
        plant: `update payments.transactions_clean set is_late = not is_late where is_late`,
        row: { transaction_id: uuidOf(1), latency_seconds: 180, is_late: false },
      },
      {
        plant: `update payments.transactions_clean set latency_seconds = 181 where is_late`,
        row: { transaction_id: uuidOf(1), latency_seconds: 181 },
      },
    ],
    unique_and_not_null: [
      {
        plant: `alter table payments.transactions_clean drop constraint transactions_clean_pkey`,
        row: { table_name: 'payments.transactions_clean', problem: 'has no valid primary key' },
        undo: `alter table payments.transactions_clean add primary key (event_hour, transaction_id)`,
      },
      {
        plant: `alter table payments.transactions drop constraint transactions_pkey`,
        row: { table_name: 'payments.transactions', problem: 'has no valid primary key' },
        undo: `alter table payments.transactions add primary key (transaction_id)`,
      },
      {
        plant: `alter table payments.transactions_clean alter amount drop not null`,
        row: { table_name: 'payments.transactions_clean', problem: 'amount may be null' },
        undo: `alter table payments.transactions_clean alter amount set not null`,
      },
    ],
    known_statuses: [
      {
        plant: `update payments.transactions_clean set status = 'lost in the post' where is_late`,
        row: { transaction_id: uuidOf(1), status: 'lost in the post' },
      },
    ],
    no_future_dates: [
      {
        plant: `update payments.transactions_clean
          set latency_seconds = latency_seconds - 172800, is_late = false, is_ahead = true
          where is_late`,
        row: { transaction_id: uuidOf(1), user_id: uuidOf(1) },
      },
    ],
  },
};

const checks = Object.entries(planted).flatMap(([suite, of]) =>
  Object.entries(of).map(([name, cases]) => ({ suite, name, cases })),
);

test('every check has test cases', async () => {
  for (const [suite, of] of Object.entries(planted)) {
    const files = await readdir(new URL(`${suite}/`, sqlFolder('quality')));
    expect(files.sort()).toEqual(
      Object.keys(of)
        .map((name) => `${name}.sql`)
        .sort(),
    );
  }
  expect((await readdir(sqlFolder('quality'))).sort()).toEqual(Object.keys(planted).sort());
});

test.each(checks)('$suite/$name passes, and names wrong rows', async ({ suite, name, cases }) => {
  for (const { plant, row, undo } of cases) {
    await restoreGood();
    expect(await outcome(suite, name)).toEqual([]);
    await pool.query(plant);
    const rows = await outcome(suite, name);
    if (undo) await pool.query(undo);
    expect(rows).toEqual([expect.objectContaining(row)]);
  }
});

test('a check names at most twenty rows', async () => {
  await pool.query(`insert into curated.fact_orders
    select gen_random_uuid(), ${id(0xc)}, 'p-1', null, null, order_date, created_at, 1, 1, 'EUR', 'books', 'DE', 'vip'
    from curated.fact_orders, generate_series(1, 30)`);
  expect(await outcome('curate_orders', 'orders_have_customers')).toHaveLength(20);
});

test('an unknown check is refused, and the message lists the checks of the suite', async () => {
  const request = { suite: 'curate_orders', check: 'all_is_well' };
  await expect(check(rolePool, request, Date.now() + 60_000)).rejects.toThrow(
    /^Expected a check all_is_well\.sql in sql\/quality\/curate_orders, which has customers_are_complete\.sql, .*unique_keys\.sql\.$/,
  );
});

test('without a check, the whole suite runs', async () => {
  await pool.query('delete from shop.orders');
  const results = await check(rolePool, { suite: 'curate_orders' }, Date.now() + 60_000);
  expect(results.map(({ name }) => name).sort()).toEqual(Object.keys(planted.curate_orders ?? {}).sort());
  const failed = results.filter(({ rows }) => rows.length > 0);
  expect(failed).toEqual([expect.objectContaining({ name: 'row_counts_equal_sources' })]);
});

test('a suite without checks is refused, since nothing would be checked', async () => {
  await expect(check(rolePool, { suite: 'no_such_suite' }, Date.now() + 60_000)).rejects.toThrow(
    'Expected checks in sql/quality/no_such_suite, which has nothing.',
  );
});
