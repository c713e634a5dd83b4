/** The DAG daily_inventory_report in a real Airflow, on the deployed functions; then `npx tillstream report` beside it. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AirflowClient, airflowClient } from '#adapters/airflow.ts';
import { type Lake, openLake } from '#adapters/lake/index.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { until } from '#localstack/processes/until.ts';
import { untilSucceeded } from '#localstack/services/airflow-runs.ts';
import type { Stack } from '#localstack/stack/stack.ts';
import { tillstream } from '../support/command.ts';
import { lambdaTools } from '../support/lambda.ts';
import { s3Client } from '../support/stores.ts';
import { clearWholeAndByTask, dagStack } from './stack.ts';

const DAG = 'daily_inventory_report';
const WITHIN = 240_000;
const DAY = '2026-01-02';
const out = mkdtempSync(join(tmpdir(), 'tillstream-report-'));
let stack: Stack;
let airflow: AirflowClient;
let pool: Pool;
let lake: Lake;

beforeAll(async () => {
  stack = await dagStack();
  const { status, services } = stack;
  lake = openLake(status.s3.bucket, s3Client(status.s3));
  pool = openPool({ ...services.postgres.connection, max: 2 });
  await openShop();
  if (!status.airflow) throw new Error('The stack came up without Airflow');
  airflow = airflowClient(status.airflow);
}, 600_000);

afterAll(async () => {
  await airflow?.setPaused(DAG, true);
  await pool?.end();
  rmSync(out, { recursive: true });
});

const PRODUCTS = 15;

/** Three days of sales and restocks around DAY, with repeats, unknown products and malformed records. */
async function openShop(): Promise<void> {
  await pool.query(
    `insert into shop.products
     select 'p' || n, case when n = 2 then '=1+1' else 'Product ' || n end, 'things', n + 0.99 from generate_series(1, $1) as n`,
    [PRODUCTS],
  );
  await pool.query(
    `insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand, low_stock_threshold)
     select product_id, 150, 150, 20 from shop.products`,
  );
  await deliver('online_orders', 600, { order_id: 'o1' });
  await deliver('store_sales', 300, { order_id: 'o2', store_id: 'berlin' });
  await deliver('supplier_restocks', 60, { supplier_id: 's1' });
}

/** Invokes update-inventory with one batch of the topic. */
async function deliver(topic: string, count: number, fields: object): Promise<void> {
  const records = Array.from({ length: count }, (_, offset) => {
    const repeated = offset % 50 === 49 ? offset - 1 : offset;
    const event = {
      event_id: `${topic}-${repeated}`,
      product_id: offset % 97 === 96 ? 'unknown' : `p${1 + ((repeated * 31 + Math.floor(repeated / 7)) % PRODUCTS)}`,
      quantity: 1 + (repeated % 7),
      timestamp: new Date(Date.UTC(2026, 0, 1) + ((repeated * 7_919_000) % (3 * 86_400_000))).toISOString(),
      ...fields,
    };
    const value = offset % 89 === 88 ? 'no JSON' : JSON.stringify(event);
    return {
      ...{ topic, partition: 0, offset, timestamp: 1_767_400_000_000, headers: [] },
      value: Buffer.from(value).toString('base64'),
    };
  });
  const { error, result } = await lambdaTools(stack.status.lambda).invoke('tillstream-local-update-inventory', {
    eventSource: 'aws:kafka',
    records: { [`${topic}-0`]: records },
  });
  expect(error, result?.errorMessage).toBeUndefined();
}

/** Computes the report from the raw events, product by product: slow, but shares no code with the function. */
const INDEPENDENT = `
  with event as (
    select
      raw_event::jsonb ->> 'product_id' as product_id,
      (raw_event::jsonb ->> 'quantity')::numeric as quantity,
      topic = 'supplier_restocks' as is_restock,
      to_char((raw_event::jsonb ->> 'timestamp')::timestamptz at time zone 'UTC', 'YYYY-MM-DD') as day
    from inventory.events_log
    where status = 'processed'
  ),
  product as (
    select
      product_id,
      name,
      (select sum(quantity) from event where event.product_id = p.product_id and day = $1 and not is_restock) as units,
      (select sum(quantity) from event where event.product_id = p.product_id and day = $1 and not is_restock) * price
        as revenue,
      opening_quantity
        + coalesce((select sum(quantity) from event where event.product_id = p.product_id and day <= $1 and is_restock), 0)
        - coalesce((select sum(quantity) from event where event.product_id = p.product_id and day <= $1 and not is_restock), 0)
        as stock,
      low_stock_threshold as threshold
    from shop.products as p natural join inventory.inventory
  )
  select
    $1 as report_date,
    (select sum(revenue)::text from product) as total_sales,
    (select sum(units)::int from product) as units_sold,
    (select json_agg(json_build_object('product_id', product_id, 'name', name, 'units', units, 'revenue', revenue::text))
      from (select * from product where units > 0 order by units desc, revenue desc, product_id limit 10) as best)
      as top_sellers,
    (select json_agg(json_build_object('product_id', product_id, 'name', name, 'stock', stock, 'threshold', threshold)
      order by stock, product_id) from product where stock < threshold) as low_stock,
    (select json_agg(json_build_object('product_id', product_id, 'name', name, 'stock', stock, 'threshold', threshold)
      order by stock, product_id) from product where stock < 0) as oversold`;

const key = (day: string, name: string) => `reports/daily_inventory/dt=${day}/${name}`;
const file = async (day: string, name: string) => Buffer.from(await lake.read(key(day, name))).toString();

/** Lets a report wait inside its transaction until it is released. */
async function holdReports() {
  const client = await pool.connect();
  await client.query('begin; lock table inventory.events_log in access exclusive mode');
  return async () => {
    await client.query('rollback');
    client.release();
  };
}

it('runs when a person triggers it while a scheduled run is active', async () => {
  const release = await holdReports();
  await airflow.setPaused(DAG, false);
  const active = async () => (await airflow.runs(DAG, 1)).find(({ state }) => state === 'running');
  const scheduled = await until(active, { what: 'the scheduled run has begun', within: WITHIN, every: 200 });
  await airflow.trigger(DAG, { runId: 'by-a-person' });
  await release();
  for (const run of [scheduled.dag_run_id, 'by-a-person']) await untilSucceeded(airflow, DAG, run, WITHIN);
});

it('reports the requested day with the same numbers as an independent query of events_log', async () => {
  await airflow.trigger(DAG, { runId: 'asked-for', conf: { date: DAY } });
  await untilSucceeded(airflow, DAG, 'asked-for', WITHIN);
  const tasks = await airflow.taskInstances(DAG, 'asked-for');
  expect(tasks.map(({ task_id, state }) => [task_id, state]).sort()).toEqual([
    ['build', 'success'],
    ['export', 'success'],
  ]);

  const { rows } = await pool.query(INDEPENDENT, [DAY]);
  const [expected] = rows;
  expect(expected.units_sold).toBeGreaterThan(100);
  expect(expected.oversold.length).toBeGreaterThan(0);
  expect(expected.low_stock.length).toBeGreaterThan(expected.oversold.length);
  expect(JSON.parse(await file(DAY, 'report.json'))).toEqual(expected);
  const csv = await file(DAY, 'report.csv');
  expect(csv).toContain(`\r\n${DAY},total,,,,${expected.units_sold},${expected.total_sales},,\r\n`);
  expect(csv).toContain(",p2,'=1+1,");
});

it('reports the last two complete days if no day is requested', async () => {
  const run = await airflow.trigger(DAG, { runId: 'of-itself' });
  await untilSucceeded(airflow, DAG, 'of-itself', WITHIN);
  const daysAgo = (days: number) => new Date(Date.parse(run.run_after) - days * 86_400_000).toISOString().slice(0, 10);
  for (const day of [daysAgo(1), daysAgo(2)])
    expect(JSON.parse(await file(day, 'report.json'))).toMatchObject({ report_date: day });
  const { rows } = await pool.query('select from inventory.reports where report_date >= $1', [daysAgo(0)]);
  expect(rows).toEqual([]);
  await clearWholeAndByTask(airflow, { dag: DAG, runId: 'of-itself', tasks: ['build', 'export'] });
});

const command = (...args: string[]) => {
  const folder = dirname(stack.status.runFolder);
  const home = { folder, ports: [], env: { ...process.env, TILLSTREAM_HOME: folder }, remove: () => {} };
  return tillstream(home, 'report', ...args);
};

it('npx tillstream report writes the same files as in the lake, byte by byte', async () => {
  const before = [await file(DAY, 'report.csv'), await file(DAY, 'report.json')];
  const { code, stdout, stderr } = await command('--date', DAY, '--out', join(out, 'new'), '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const { files, ...report } = JSON.parse(stdout);
  expect(files).toEqual([join(out, 'new', 'report.csv'), join(out, 'new', 'report.json')]);
  expect(files.map((path: string) => readFileSync(path, 'utf8'))).toEqual(before);
  expect(report).toEqual(JSON.parse(before[1] ?? ''));
});

it('npx tillstream report prints top sellers and oversold products', async () => {
  const { code, stdout } = await command('--date', DAY, '--out', out);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^2026-01-02: [\d,]+ units sold for \d+\.\d\d\n\nTop sellers\nproduct +name +units +revenue\n/,
  );
  expect(stdout).toContain('\n\nOversold\nproduct');
});

it.each([
  [['--date', '2026-02-30'], '--date expects a day up to today (UTC), such as 2026-01-02, got 2026-02-30\n'],
  [['--date', '9999-12-31'], '--date expects a day up to today (UTC), such as 2026-01-02, got 9999-12-31\n'],
  [['--date', 'yesterday'], '--date expects a day up to today (UTC), such as 2026-01-02, got yesterday\n'],
  [[], '--date expects a day up to today (UTC), such as 2026-01-02, got nothing\n'],
])('npx tillstream report refuses %j in one line', async (args, message) => {
  expect(await command(...args)).toEqual({ code: 2, stdout: '', stderr: message });
});

it('npx tillstream report names a path that it can’t write', async () => {
  const { code, stderr } = await command('--date', DAY, '--out', '/dev/null/x');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^\/dev\/null\/x\/report\.csv can't be written: [^\n]*\n$/);
});

// Last, since Airflow takes up to a minute, in which the tests above run.
it('keeps its schedule although a person triggered it while a scheduled run was active', async () => {
  await until(async () => (await airflow.dag(DAG))?.next_dagrun_run_after != null, {
    what: `${DAG} has a next run`,
    within: 180_000,
    every: 500,
  });
});
