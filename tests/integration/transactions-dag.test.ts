/** The DAG process_kafka_to_postgres in a real Airflow, on the deployed functions, PostgreSQL and Elasticsearch. */
import { join } from 'node:path';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOURLY_METRICS, readHourlyMetrics } from '#adapters/hourly-metrics.ts';
import { connectKafka } from '#adapters/kafka.ts';
import { openPool, type Pool } from '#adapters/postgres.ts';
import { connectSearch, type Search } from '#adapters/search.ts';
import { topics } from '#domain/streams.ts';
import { type AirflowClient, airflowClient } from '#localstack/airflow-client.ts';
import { deployLocal } from '#localstack/deploy.ts';
import { encodeEvent, encodeRecord } from '#localstack/poller/event.ts';
import type { Stack } from '#localstack/stack.ts';
import { createExpectation } from '#simulator/expectation.ts';
import { type SimulatorOptions, simulate } from '#simulator/simulator.ts';
import { startTestStack } from '../stack.ts';
import { awsSettings, lambdaTools } from '../support/lambda.ts';

const DAG = 'process_kafka_to_postgres';
const TASKS = [
  'alert_late_events',
  'check_data_quality',
  'index_hourly_metrics_to_elasticsearch',
  'refresh_views',
  'run_transformations',
];
const WITHIN = 90_000;
const expectation = createExpectation();
let stack: Stack;
let airflow: AirflowClient;
let pool: Pool;
let search: Search;
let offset = 0;

beforeAll(async () => {
  stack = await startTestStack({ airflow: true });
  const { status, services } = stack;
  const { bootstrapServers } = status.kafka;
  const kafka = await connectKafka({ bootstrapServers, clientId: 'transactions-dag-test' });
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
  search = await connectSearch({ secretId: undefined, url: status.elasticsearch.url });
  if (!status.airflow) throw new Error('The stack came up without Airflow');
  airflow = airflowClient(status.airflow);
  await airflow.setPaused(DAG, false);
}, 300_000);

afterAll(async () => {
  await search?.close();
  await pool?.end();
  await stack?.stop();
});

/** What the simulator sends, as Kafka would deliver it from one partition. */
async function deliver(options: SimulatorOptions): Promise<void> {
  const messages = [...simulate({ topics: ['transactions'], conflicts: 0.01, ...options })];
  const records = messages.map(({ topic, key, value, headers, timestamp }) =>
    encodeRecord(topic, 0, {
      ...{ offset: offset++, timestamp, timestampType: 'CREATE_TIME', value },
      key: key === null ? null : Buffer.from(key),
      headers,
    }),
  );
  const source = { eventSourceArn: 'arn:test', bootstrapServers: stack.status.kafka.bootstrapServers };
  const event = encodeEvent({ ...source, topic: 'transactions' }, new Map([[0, records]]));
  const { error, result } = await invoke('store-transactions', JSON.parse(String(event)));
  expect(error, result?.errorMessage).toBeUndefined();
  expectation.add(messages);
}

const invoke = (name: string, event: object) =>
  lambdaTools(stack.status.lambda).invoke(`tillstream-local-${name}`, event);

async function succeed(runId: string, conf: Readonly<Record<string, unknown>> = {}) {
  await airflow.trigger(DAG, { runId, conf });
  return airflow.untilSucceeded(DAG, runId, WITHIN);
}

const tasksOf = async (runId: string) =>
  (await airflow.taskInstances(DAG, runId)).map(({ task_id, state }) => [task_id, state]).sort();

/** Row by row, as JSON has the numbers. */
async function view() {
  const { rows } = await pool.query(`
    select
      to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as event_hour,
      total_transactions::int,
      total_amount::float8,
      late_transactions::int,
      late_ratio::float8
    from payments.hourly_metrics
    order by event_hour`);
  return rows;
}

async function expectAsOwed(): Promise<void> {
  const rows = await view();
  expect(
    rows.map(({ event_hour, total_transactions, total_amount }) => [
      event_hour,
      total_transactions,
      Math.round(total_amount * 100),
    ]),
  ).toEqual(
    [...expectation.hours()]
      .map(([hour, { transactions, cents }]) => [hour.replace('.000', ''), transactions, cents])
      .sort(),
  );
  const late = rows.reduce((sum, { late_transactions }) => sum + late_transactions, 0);
  const surelyLate = [...expectation.hours().values()].reduce((sum, hour) => sum + hour.surelyLate, 0);
  expect(late).toBeGreaterThanOrEqual(surelyLate);
  const documents = await readHourlyMetrics(search);
  expect(documents.toSorted((one, other) => (one.event_hour < other.event_hour ? -1 : 1))).toEqual(rows);
}

/** With what changes whenever a row or document is written, be it with the same content. */
async function state() {
  const clean = await pool.query('select xmin, * from payments.transactions_clean order by transaction_id');
  const { hits } = await search.search({
    ...{ index: HOURLY_METRICS, size: 10_000, sort: ['event_hour'] },
    ...{ version: true, seq_no_primary_term: true },
  });
  return { clean: clean.rows, documents: hits.hits };
}

it('a run brings what was stored to the clean table, the view and the index', async () => {
  await deliver({ seed: 1, count: 3_000, start: 'now' });
  await succeed('first');
  expect(await tasksOf('first')).toEqual(TASKS.map((task) => [task, 'success']));
  await expectAsOwed();
  expect((await view()).length).toBeGreaterThan(5);
});

it('a run that is cleared and done again changes nothing', async () => {
  const before = await state();
  await airflow.clear(DAG, 'first', TASKS);
  await airflow.untilSucceeded(DAG, 'first', WITHIN);
  expect((await airflow.taskInstances(DAG, 'first')).map(({ try_number }) => try_number)).toEqual(TASKS.map(() => 2));
  expect(await state()).toEqual(before);
});

it('of two runs that are wanted at once one waits for the other, and payments that came late are in', async () => {
  await deliver({ seed: 2, count: 1_000, start: 'now', late: 0.5 });
  const runs = await Promise.all(['one', 'other'].map((runId) => succeed(runId)));
  const [first, second] = runs.toSorted((one, other) => String(one.start_date).localeCompare(String(other.start_date)));
  expect(String(second?.start_date) >= String(first?.end_date)).toBe(true);
  await expectAsOwed();
});

it('with the parameter full every hour is rebuilt, to the same rows', async () => {
  const before = await state();
  await succeed('full', { full: true });
  const after = await state();
  const content = ({ clean }: typeof before) => clean.map(({ xmin: _, ...row }) => row);
  expect(content(after)).toEqual(content(before));
  expect(after.clean.some(({ xmin }) => xmin === before.clean[0].xmin)).toBe(false);
  expect(after.documents).toEqual(before.documents);
});

it('late payments make an alert, which the topic of the deployment takes', async () => {
  const { error, result } = await invoke('run-transformations', { action: 'alert', hours: 24 });
  expect(error, result?.errorMessage).toBeUndefined();
  expect(result).toMatchObject({ alerted: true });
  const ssm = new SSMClient(awsSettings(stack.status.lambda));
  const topic = await ssm.send(new GetParameterCommand({ Name: '/tillstream/local/alerts/topic' }));
  expect(topic.Parameter?.Value).toBe('arn:aws:sns:us-east-1:000000000000:tillstream-local-alerts');
});

it('a row that nobody paid fails the run at once, by the name of the check, and the next full run removes it', async () => {
  await pool.query(`
    insert into payments.transactions_clean
    select gen_random_uuid(), user_id, amount, currency, status, event_time, processing_time, event_date, event_hour,
      latency_seconds, is_late, is_ahead
    from payments.transactions_clean limit 1`);
  await expect(succeed('wrong')).rejects.toThrow('raw_equals_clean: 1 hours');
  const failed = (await airflow.taskInstances(DAG, 'wrong')).find(({ task_id }) => task_id === 'check_data_quality');
  expect(failed).toMatchObject({ state: 'failed', try_number: 1 });
  await succeed('repaired', { full: true });
  await expectAsOwed();
});
