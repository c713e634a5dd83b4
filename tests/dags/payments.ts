/** The DAG process_kafka_to_postgres in a real Airflow, on the deployed functions, Kafka, PostgreSQL and Elasticsearch. */

import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type AirflowClient, airflowClient } from '#adapters/airflow.ts';
import { HOURLY_METRICS, readHourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import { connectSearch, type Search } from '#adapters/search/index.ts';
import { invoke } from '#cli/invoke.ts';
import { until } from '#localstack/processes/until.ts';
import { untilSucceeded } from '#localstack/services/airflow-runs.ts';
import type { SimulatorOptions } from '#simulator/simulator.ts';
import { awsSettings } from '../support/lambda.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { openFailedRun } from './failed-run.ts';
import { clearWholeAndByTask, dagStack, firstRun } from './stack.ts';

const DAG = 'process_kafka_to_postgres';
const PROOF = 'prove_pipeline';
const TASKS = [
  'alert_late_events',
  'check_data_quality',
  'index_hourly_metrics_to_elasticsearch',
  'refresh_views',
  'run_transformations',
];
const WITHIN = 240_000;
let pipeline: Pipeline;
let airflow: AirflowClient;
let search: Search;

beforeAll(async () => {
  pipeline = await startPipeline(await dagStack());
  const { status } = pipeline.stack;
  search = await connectSearch({ secretId: undefined, url: status.elasticsearch.url });
  if (!status.airflow) throw new Error('The stack came up without Airflow');
  airflow = airflowClient(status.airflow);
  await airflow.setPaused(DAG, false);
}, 600_000);

afterAll(async () => {
  try {
    for (const dag of [DAG, PROOF]) await airflow?.setPaused(dag, true);
  } finally {
    await search?.close();
    await pipeline?.stop(); // Its poller would outlive a run in which Airflow has failed.
  }
});

/** Produces simulated payments and waits until they are stored. */
async function deliver(options: SimulatorOptions & { readonly seed: number }): Promise<void> {
  await pipeline.produce({ topics: ['transactions'], start: 'now', ...options });
  await pipeline.untilConsumed();
}

async function succeed(runId: string, conf: Readonly<Record<string, unknown>> = {}) {
  await airflow.trigger(DAG, { runId, conf });
  return untilSucceeded(airflow, DAG, runId, WITHIN);
}

/** The only scheduled time since the DAG's start date. */
const PAST = '2026-01-01T00:00:00Z';

/** Makes transformations wait inside their transaction until unlock() is called. */
async function holdTransformations() {
  const client = await pipeline.pool.connect();
  await client.query('begin; lock table payments.transactions_clean in share mode');
  return {
    unlock: async () => {
      await client.query('rollback');
      client.release();
    },
  };
}

const untilHeld = (count: number) =>
  until(
    async () => {
      const { rowCount } = await pipeline.pool.query(
        "select from pg_stat_activity where usename = 'run_transformations' and wait_event_type = 'Lock'",
      );
      return rowCount === count;
    },
    { what: `${count} transformations wait`, within: WITHIN },
  );

const runsOfNow = async () => (await airflow.runs(DAG, 100)).filter(({ state }) => state === 'running');

const stateOf = async (runId: string, task: string) =>
  (await airflow.taskInstances(DAG, runId)).find(({ task_id }) => task_id === task)?.state;

const tasksOf = async (runId: string) =>
  (await airflow.taskInstances(DAG, runId)).map(({ task_id, state }) => [task_id, state]).sort();

/** The view's rows, with numbers as in JSON. */
async function view() {
  const { rows } = await pipeline.pool.query(`
    select
      to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as event_hour,
      total_transactions::int,
      total_amount::float8,
      late_transactions::int,
      late_ratio::float8,
      amounts
    from payments.hourly_metrics
    order by event_hour`);
  return rows;
}

async function expectPaymentsExact(): Promise<void> {
  const rows = await view();
  expect(
    rows.map(({ event_hour, total_transactions, total_amount }) => [
      event_hour,
      total_transactions,
      Math.round(total_amount * 100),
    ]),
  ).toEqual(
    [...pipeline.expectation.hours()]
      .map(([hour, { transactions, cents }]) => [hour.replace('.000', ''), transactions, cents])
      .sort(),
  );
  const late = rows.reduce((sum, { late_transactions }) => sum + late_transactions, 0);
  const surelyLate = [...pipeline.expectation.hours().values()].reduce((sum, hour) => sum + hour.surelyLate, 0);
  expect(late).toBeGreaterThanOrEqual(surelyLate);
  const documents = await readHourlyMetrics(search);
  expect(documents.toSorted((one, other) => (one.event_hour < other.event_hour ? -1 : 1))).toEqual(rows);
}

/** The clean table and the index, with versions that change on every write, even of the same content. */
async function state() {
  const clean = await pipeline.pool.query('select xmin, * from payments.transactions_clean order by transaction_id');
  const { hits } = await search.search({
    ...{ index: HOURLY_METRICS, size: 10_000, sort: ['event_hour'] },
    ...{ version: true, seq_no_primary_term: true },
  });
  return { clean: clean.rows, documents: hits.hits };
}

it('a run brings stored payments to the clean table, the view and the index', async () => {
  await deliver({ seed: 1, count: 3_000 });
  await succeed('first');
  expect(await tasksOf('first')).toEqual(TASKS.map((task) => [task, 'success']));
  await expectPaymentsExact();
  expect((await view()).length).toBeGreaterThan(5);
});

it('clearing and repeating a run changes nothing', async () => {
  const before = await state();
  await clearWholeAndByTask(airflow, { dag: DAG, runId: 'first', tasks: TASKS });
  expect((await airflow.taskInstances(DAG, 'first')).map(({ try_number }) => try_number)).toEqual(TASKS.map(() => 3));
  expect(await state()).toEqual(before);
});

it('two runs triggered at once run one after the other, and late payments are included', async () => {
  await deliver({ seed: 2, count: 1_000, late: 0.5 });
  const runs = await Promise.all(['one', 'other'].map((runId) => succeed(runId)));
  const [first, second] = runs.toSorted((one, other) => String(one.start_date).localeCompare(String(other.start_date)));
  expect(String(second?.start_date) >= String(first?.end_date)).toBe(true);
  await expectPaymentsExact();
});

it('a backfill that rebuilds everything overlaps an hourly run: both succeed, and each payment is counted once', async () => {
  await deliver({ seed: 3, count: 1_000, late: 0.5 });
  const { unlock } = await holdTransformations();
  await airflow.trigger(DAG, { runId: 'hourly' });
  await untilHeld(1);
  await airflow.backfill(DAG, { from: PAST, to: PAST, conf: { full: true } });
  await untilHeld(2);
  expect((await runsOfNow()).map(({ run_type }) => run_type).sort()).toEqual(['backfill', 'manual']);
  await unlock();
  for (const { dag_run_id } of await runsOfNow()) await untilSucceeded(airflow, DAG, dag_run_id, WITHIN);
  await expectPaymentsExact();
  await pipeline.expectExact();
});

it('a run continues after PostgreSQL is restarted between two tasks', async () => {
  await deliver({ seed: 4, count: 1_000, late: 0.5 });
  const { unlock } = await holdTransformations();
  await airflow.trigger(DAG, { runId: 'interrupted' });
  await untilHeld(1);
  // Pausing the DAG starts no further task; the running one finishes.
  await airflow.setPaused(DAG, true);
  await unlock();
  await until(async () => (await stateOf('interrupted', 'run_transformations')) === 'success', {
    what: 'the transformation has ended',
    within: WITHIN,
  });
  await pipeline.stack.restart('postgres');
  await pipeline.stack.restart('airflow'); // Here, Airflow's own database is in the same server.
  expect(['scheduled', null]).toContain(await stateOf('interrupted', 'refresh_views'));

  await airflow.setPaused(DAG, false);
  await untilSucceeded(airflow, DAG, 'interrupted', WITHIN);
  await expectPaymentsExact();
  await pipeline.expectExact();
});

it('the parameter full rebuilds every hour to the same rows', async () => {
  const before = await state();
  await succeed('full', { full: true });
  const after = await state();
  const content = ({ clean }: typeof before) => clean.map(({ xmin: _, ...row }) => row);
  expect(content(after)).toEqual(content(before));
  expect(after.clean.some(({ xmin }) => xmin === before.clean[0].xmin)).toBe(false);
  expect(after.documents).toEqual(before.documents);
});

it('the proof balances in its DAG, and again when it is cleared', async () => {
  const { runId } = await firstRun(airflow, PROOF);
  await clearWholeAndByTask(airflow, { dag: PROOF, runId, tasks: ['prove'] });
});

it('late payments raise an alert on the deployed topic', async () => {
  const { status } = pipeline.stack;
  expect(await invoke(status, 'run-transformations', { action: 'alert', hours: 24 })).toMatchObject({ alerted: true });
  const ssm = new SSMClient(awsSettings(status.lambda));
  const topic = await ssm.send(new GetParameterCommand({ Name: '/tillstream/local/alerts/topic' }));
  expect(topic.Parameter?.Value).toBe('arn:aws:sns:us-east-1:000000000000:tillstream-local-alerts');
});

it('a clean row without a payment fails the run at once and names the check; the next full run removes it', async () => {
  await pipeline.pool.query(`
    insert into payments.transactions_clean
    select gen_random_uuid(), user_id, amount, currency, status, event_time, processing_time, event_date, event_hour,
      latency_seconds, is_late, is_ahead
    from payments.transactions_clean limit 1`);
  await expect(succeed('wrong')).rejects.toThrow(/raw_equals_clean: expected: .* Got 1 that are not so/);
  const failed = (await airflow.taskInstances(DAG, 'wrong')).find(({ task_id }) => task_id === 'check_data_quality');
  expect(failed).toMatchObject({ state: 'failed', try_number: 1 });
  expect(await stateOf('wrong', 'alert_late_events')).toBe('success');
  const page = await openFailedRun(pipeline.stack.status, DAG, 'wrong');
  onTestFinished(page.close);
  await page.sees(/raw_equals_clean: expected: .* Got 1 that are not so/);
  await succeed('repaired', { full: true });
  await expectPaymentsExact();
  await page.clearByKeyboard();
  await untilSucceeded(airflow, DAG, 'wrong', WITHIN);
  const triggered = await page.triggerByKeyboard();
  expect(await untilSucceeded(airflow, DAG, triggered, WITHIN)).toMatchObject({ run_type: 'manual' });
});
