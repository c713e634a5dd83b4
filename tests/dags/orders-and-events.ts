/** The DAGs of orders and events in a real Airflow, on the deployed functions and Spark: from the lake to warehouse, curated, gold. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AirflowClient, airflowClient, type TaskInstance } from '#adapters/airflow.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { until } from '#localstack/processes/until.ts';
import { untilSucceeded } from '#localstack/services/airflow-runs.ts';
import { broughtBy } from '#operations/runs/brought.ts';
import { lambdaTools } from '../support/lambda.ts';
import { clearByTask, clearWholeAndByTask, dagStack, firstRun } from './stack.ts';

const DAG = 'orders_minio_to_postgres';
const CURATE = 'curate_orders';
const AGGREGATE = 'aggregate_user_events';
const STREAM = 'stream_orders';
const WITHIN = 240_000;
/** Long enough to install Spark, which the first job does. */
const SPARK_WITHIN = 400_000;
let airflow: AirflowClient;
let lambda: ReturnType<typeof lambdaTools>;
let pool: Pool;
let archivedOrders = 0;

beforeAll(async () => {
  const { status, services } = await dagStack();
  pool = openPool({ ...services.postgres.connection, max: 2 });
  lambda = lambdaTools(status.lambda);
  // Else it would have each object loaded at once, and leave the DAG nothing: so these are tests of calls that were lost, too.
  await lambda.setVariables('tillstream-local-archive-orders', { LOAD_FUNCTION: 'is-not-there' });
  if (!status.airflow) throw new Error('The stack came up without Airflow');
  airflow = airflowClient(status.airflow);
}, 600_000);

afterAll(async () => {
  for (const dag of [DAG, CURATE, AGGREGATE, STREAM]) await airflow?.setPaused(dag, true);
  await pool?.end();
});

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Invokes archive-orders with new orders of one partition: it writes one file into the lake. */
async function archive(count: number): Promise<void> {
  const first = archivedOrders;
  archivedOrders += count;
  const records = Array.from({ length: count }, (_, index) => {
    const offset = first + index;
    const order = {
      order_id: uuid(offset),
      user_id: '11111111-1111-4111-8111-111111111111',
      amount: 1.25,
      currency: 'EUR',
      category: 'books',
      country: 'DE',
      created_at: '2025-12-11T00:00:01Z',
    };
    const value = Buffer.from(JSON.stringify(order)).toString('base64');
    return { topic: 'orders', partition: 0, offset, timestamp: 1_765_411_201_000 + offset, value, headers: [] };
  });
  const event = { eventSource: 'aws:kafka', records: { 'orders-0': records } };
  const { error, result } = await lambda.invoke('tillstream-local-archive-orders', event);
  expect(error, result?.errorMessage).toBeUndefined();
}

async function runDag(runId: string): Promise<TaskInstance[]> {
  await airflow.trigger(DAG, { runId });
  await untilSucceeded(airflow, DAG, runId, WITHIN);
  return airflow.taskInstances(DAG, runId);
}

async function expectAllLoadedOnce(): Promise<void> {
  const { rows } = await pool.query(
    `select count(*) as orders, sum(amount)::text as amount,
       (select count(*) from ledger.loads) as files,
       (select count(*) from ledger.deliveries where state = 'committed') as archived
     from warehouse.fact_orders`,
  );
  const [{ files, archived, ...facts }] = rows;
  expect(facts).toEqual({ orders: archivedOrders, amount: (archivedOrders * 1.25).toFixed(2) });
  expect(files).toBe(archived);
}

const progress = async () => JSON.parse((await airflow.variable(`${DAG}_processed_files`)) ?? 'null');

const statesOf = (tasks: readonly TaskInstance[], id: string) =>
  tasks.filter(({ task_id }) => task_id === id).map(({ state }) => state);

it('loads new files of the lake and publishes its progress', async () => {
  await archive(300);
  await archive(200);
  const { runId, tasks } = await firstRun(airflow, DAG);

  expect(statesOf(tasks, 'list_new_files')).toEqual(['success']);
  expect(statesOf(tasks, 'publish_progress')).toEqual(['success']);
  await expectAllLoadedOnce();
  const brought = { run: runId, objects: 2, rows: 500, inserted: 500, repeats: 0, conflicts: 0 };
  expect(await broughtBy({ pool, airflow }, DAG)).toEqual([brought]);
  expect(await progress()).toEqual({
    processed_files: 2,
    last_key: expect.stringMatching(/^raw\/orders\/dt=2025-12-11\/orders_.*_p0_o300-499\.parquet$/),
    watermark: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    rows: 500,
  });
});

it('succeeds and publishes progress when there is nothing to load', async () => {
  const tasks = await runDag('nothing-new');
  expect(statesOf(tasks, 'load')).toEqual(['skipped']);
  expect(statesOf(tasks, 'publish_progress')).toEqual(['success']);
  expect((await progress()).processed_files).toBe(2);
});

it('changes nothing when a run is cleared, whole or by task, after its files were loaded', async () => {
  // While the DAG is paused, no scheduled run can load the file before this run lists it.
  await airflow.setPaused(DAG, true);
  await archive(100);
  await airflow.trigger(DAG, { runId: 'cleared' });
  await airflow.setPaused(DAG, false);
  await untilSucceeded(airflow, DAG, 'cleared', WITHIN);
  await expectAllLoadedOnce();

  const tasks = ['list_new_files', 'load', 'publish_progress'];
  await clearWholeAndByTask(airflow, { dag: DAG, runId: 'cleared', tasks });
  await expectAllLoadedOnce();
  expect(await progress()).toMatchObject({ processed_files: 3, rows: 600 });
});

it('loads each file once when two runs are triggered at once', async () => {
  await archive(100);
  await Promise.all(['one', 'other'].map((runId) => runDag(runId)));
  await expectAllLoadedOnce();
});

it('fails a task with the message of the function, and retries it', async () => {
  // As above: otherwise a scheduled run would be locked out instead, and delay this run.
  await airflow.setPaused(DAG, true);
  await archive(100);
  await pool.query('alter role load_orders nologin');
  await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'load_orders'`);
  await airflow.trigger(DAG, { runId: 'locked-out' });
  await airflow.setPaused(DAG, false);
  const waiting = await until(
    async () => (await airflow.taskInstances(DAG, 'locked-out')).find(({ state }) => state === 'up_for_retry'),
    { what: 'the task waits for its retry', within: WITHIN, every: 200 },
  );
  await pool.query('alter role load_orders login');

  const log = await airflow.taskLog(DAG, 'locked-out', { ...waiting, try_number: 1 });
  expect(log).toMatch(/RuntimeError: tillstream-local-load-orders: .*not permitted to log in/);
  await untilSucceeded(airflow, DAG, 'locked-out', WITHIN);
  await expectAllLoadedOnce();
});

let curated: string;

it('curates the loaded orders, and every check passes', { timeout: SPARK_WITHIN }, async () => {
  const { runId, tasks } = await firstRun(airflow, CURATE, SPARK_WITHIN);
  curated = runId;
  expect(tasks.length).toBeGreaterThan(8);
  expect(tasks.every(({ state }) => state === 'success')).toBe(true);
  const { rows } = await pool.query(
    `select count(*) as orders, sum(amount)::text as amount,
       (select count(*) from ledger.outbox where topic = 'orders_cleaned') as announced
     from curated.fact_orders`,
  );
  expect(rows).toEqual([
    { orders: archivedOrders, amount: (archivedOrders * 1.25).toFixed(2), announced: archivedOrders },
  ]);
  // The next test clears tasks by themselves.
  await clearWholeAndByTask(airflow, { dag: CURATE, runId, tasks: [] });
});

it('a wrong row fails its check at once and is named, and no task downstream of the checks runs', async () => {
  const order = uuid(7);
  const check = async () =>
    (await airflow.taskInstances(CURATE, curated)).find(({ task_id }) => task_id === 'orders_have_products');
  const tries = (await check())?.try_number ?? 0;
  await pool.query(`update curated.fact_orders set product_id = 'nobody knows' where order_id = $1`, [order]);
  await airflow.clear(CURATE, curated, ['orders_have_products', 'no_nulls'], { downstream: true });
  await expect(untilSucceeded(airflow, CURATE, curated, WITHIN)).rejects.toThrow(
    `{"order_id":"${order}","product_id":"nobody knows"}`,
  );
  const tasks = await airflow.taskInstances(CURATE, curated);
  expect(statesOf(tasks, 'no_nulls')).toEqual(['success']);
  expect(statesOf(tasks, 'curated_is_good')).toEqual(['upstream_failed']);
  // It failed at the first try after clearing.
  expect(await check()).toMatchObject({ state: 'failed', try_number: tries + 1 });
});

it('counts clicks and purchases of user events into gold', { timeout: SPARK_WITHIN }, async () => {
  const events = [
    { event_type: 'click', occurred_at: '2025-12-11T23:59:59.999Z' },
    { event_type: 'click', occurred_at: '2025-12-11T12:00:00Z' },
    { event_type: 'click', occurred_at: '2025-12-12T00:00:00Z' },
    {
      event_type: 'purchase',
      occurred_at: '2025-12-12T00:00:00Z',
      order_id: uuid(1),
      amount: '12.50',
      currency: 'EUR',
    },
  ];
  const records = events.map((event, offset) => {
    const whole = { event_id: uuid(offset), user_id: uuid(99), product_id: 'p-1', ...event };
    const value = Buffer.from(JSON.stringify(whole)).toString('base64');
    return { topic: 'user_events', partition: 0, offset, timestamp: 1_765_497_600_000, value, headers: [] };
  });
  const delivery = { eventSource: 'aws:kafka', records: { 'user_events-0': records } };
  const { error, result } = await lambda.invoke('tillstream-local-archive-user-events', delivery);
  expect(error, result?.errorMessage).toBeUndefined();

  const { runId, tasks } = await firstRun(airflow, AGGREGATE, SPARK_WITHIN);
  expect(statesOf(tasks, 'gold_is_good')).toEqual(['success']);
  const clicks = await pool.query(
    'select event_date::text, product_id, clicks, visitors from gold.daily_product_clicks order by 1',
  );
  expect(clicks.rows).toEqual([
    { event_date: '2025-12-11', product_id: 'p-1', clicks: 2, visitors: 1 },
    { event_date: '2025-12-12', product_id: 'p-1', clicks: 1, visitors: 1 },
  ]);
  const orders = await pool.query('select order_date::text, currency, orders, revenue::text from gold.daily_orders');
  expect(orders.rows).toEqual([{ order_date: '2025-12-12', currency: 'EUR', orders: 1, revenue: '12.50' }]);
  // It has the parts of curate_orders, which is cleared whole.
  await clearByTask(airflow, { dag: AGGREGATE, runId, tasks: ['unique_keys', 'gold_is_good'] });
});

it('streams orders, of which Kafka has none here, and can do it again', { timeout: SPARK_WITHIN }, async () => {
  const { runId, tasks } = await firstRun(airflow, STREAM, SPARK_WITHIN);
  expect(statesOf(tasks, STREAM)).toEqual(['success']);
  await clearWholeAndByTask(airflow, { dag: STREAM, runId, tasks: [] });
});
