/** The DAG orders_minio_to_postgres in a real Airflow, on the deployed functions: from the lake into the warehouse. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectKafka } from '#adapters/kafka.ts';
import { openPool, type Pool } from '#adapters/postgres.ts';
import { topics } from '#domain/streams.ts';
import { type AirflowClient, airflowClient, type TaskInstance } from '#localstack/airflow-client.ts';
import { deployLocal } from '#localstack/deploy.ts';
import type { Stack } from '#localstack/stack.ts';
import { until } from '#localstack/until.ts';
import { startTestStack } from '../stack.ts';
import { lambdaTools } from '../support/lambda.ts';

const DAG = 'orders_minio_to_postgres';
const WITHIN = 90_000;
let stack: Stack;
let airflow: AirflowClient;
let lambda: ReturnType<typeof lambdaTools>;
let pool: Pool;
let archivedOrders = 0;

beforeAll(async () => {
  stack = await startTestStack({ airflow: true });
  const { status, services } = stack;
  const { bootstrapServers } = status.kafka;
  const kafka = await connectKafka({ bootstrapServers, clientId: 'airflow-test' });
  await kafka.createTopics(topics);
  await kafka.close();
  await deployLocal({
    awsEndpoint: services.localstack.endpoint,
    postgres: services.postgres.connection,
    kafka: { bootstrapServers },
    elasticsearch: services.elasticsearch,
    outdir: join(status.runFolder, 'cdk.out'),
    report: () => {},
  });
  pool = openPool({ ...services.postgres.connection, max: 2 });
  lambda = lambdaTools(status.lambda);
  if (!status.airflow) throw new Error('The stack came up without Airflow');
  airflow = airflowClient(status.airflow);
  await airflow.setPaused(DAG, false);
}, 300_000);

afterAll(async () => {
  await pool?.end();
  await stack?.stop();
});

/** Has archive-orders write one file of new orders into the lake, as if Kafka had delivered them to one partition. */
async function archive(count: number): Promise<void> {
  const first = archivedOrders;
  archivedOrders += count;
  const records = Array.from({ length: count }, (_, index) => {
    const offset = first + index;
    const order = {
      order_id: `00000000-0000-4000-8000-${String(offset).padStart(12, '0')}`,
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
  await airflow.untilSucceeded(DAG, runId, WITHIN);
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

it('loads what is new in the lake and publishes how far it is', async () => {
  await archive(300);
  await archive(200);
  const tasks = await runDag('new-files');

  expect(statesOf(tasks, 'list_new_files')).toEqual(['success']);
  expect(statesOf(tasks, 'publish_progress')).toEqual(['success']);
  await expectAllLoadedOnce();
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

it('changes nothing when a load is cleared and done again', async () => {
  // While the DAG is paused no scheduled run can take the file before this one lists it.
  await airflow.setPaused(DAG, true);
  await archive(100);
  await airflow.trigger(DAG, { runId: 'cleared' });
  await airflow.setPaused(DAG, false);
  await airflow.untilSucceeded(DAG, 'cleared', WITHIN);
  await expectAllLoadedOnce();

  await airflow.clear(DAG, 'cleared', ['load'], { downstream: true });
  await airflow.untilSucceeded(DAG, 'cleared', WITHIN);
  await expectAllLoadedOnce();
  expect((await progress()).rows).toBe(600);
});

it('loads once when two runs are wanted at the same time', async () => {
  await archive(100);
  await Promise.all(['one', 'other'].map(runDag));
  await expectAllLoadedOnce();
});

it('fails a task with the message of the function, and tries it again', async () => {
  await archive(100);
  await pool.query('alter role load_orders nologin');
  await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'load_orders'`);
  await airflow.trigger(DAG, { runId: 'locked-out' });
  const waiting = await until(
    async () => (await airflow.taskInstances(DAG, 'locked-out')).find(({ state }) => state === 'up_for_retry'),
    { what: 'the task waits to be tried again', within: WITHIN, every: 200 },
  );
  await pool.query('alter role load_orders login');

  const log = await airflow.taskLog(DAG, 'locked-out', { ...waiting, try_number: 1 });
  expect(log).toMatch(/RuntimeError: tillstream-local-load-orders: .*not permitted to log in/);
  await airflow.untilSucceeded(DAG, 'locked-out', WITHIN);
  await expectAllLoadedOnce();
});
