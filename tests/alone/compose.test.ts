/** Runs the programs of docker-compose.yml's containers `tillstream` and `spark` against the real test stack. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openPool } from '#adapters/postgres/index.ts';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { untilForgotten } from '#docker/tillstream/forgotten.ts';
import type { composeVariables, consoleVariables, sparkVariables } from '#docker/tillstream/settings.ts';
import { streams } from '#domain/streams.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { until } from '#localstack/processes/until.ts';
import { EMR_APPLICATION, EMR_JOB_ROLE } from '#localstack/services/emr.ts';
import { callEmr } from '../support/emr.ts';
import { lambdaClient } from '../support/recording-function.ts';

const { kafka, postgres, s3, elasticsearch } = inject('stack');
const home = mkdtempSync(join(tmpdir(), 'tillstream-compose-'));

const KEY = '0123456789abcdef0123456789abcdef';

let url: string;
let container: ChildProcess;
/** All that were started, also by a test that failed. */
const containers: ChildProcess[] = [];
let output = '';
beforeAll(async () => {
  const [port] = await freePorts(1);
  url = `http://127.0.0.1:${port}`;
  const variables: Record<(typeof composeVariables)[number], string> = {
    TILLSTREAM_HOME: home,
    KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
    DATABASE_HOST: postgres.host,
    DATABASE_PORT: String(postgres.port),
    DATABASE_NAME: postgres.database,
    DATABASE_USER: postgres.user,
    DATABASE_PASSWORD: postgres.password,
    BI_READER_PASSWORD: 'of-the-dashboards',
    CONSOLE_PORT: '8004',
    CONSOLE_PASSWORD: 'of-the-page',
    CONSOLE_KEY: KEY,
    AWS_ENDPOINT_URL: s3.endpoint,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    AWS_REGION: s3.region,
    LAKE_BUCKET: 'orders-lake',
    ELASTICSEARCH_URL: elasticsearch.url,
    AWS_ENDPOINT_URL_EMR_SERVERLESS: 'http://spark.invalid:8998',
    AIRFLOW_URL: 'http://airflow.invalid:8003',
    AIRFLOW_USERNAME: 'airflow',
    AIRFLOW_PASSWORD: 'airflow',
    METRICS_PORT: String(port),
    DAG_SCHEDULES_FILE: join(home, 'schedules.json'),
  };
  const configuration = { 'schedules.curate_orders': '30 5 * * *', 'schedules.prove_pipeline': '*/30 * * * *' };
  writeFileSync(join(home, 'shop.json'), JSON.stringify(configuration));
  const ofShop = { TILLSTREAM_CONFIG: join(home, 'shop.json'), TILLSTREAM_PROCESS_SCHEDULE: '*/15 * * * *' };
  container = run('docker/tillstream/main.ts', { PATH: process.env.PATH, ...variables, ...ofShop });
  const what = 'everything is deployed';
  await until(async () => ended() || (await fetch(`${url}/health`)).ok, { what, within: 280_000 }).catch((cause) => {
    throw new Error(output, { cause });
  });
  expect(container.exitCode, output).toBe(null);
});
afterAll(async () => {
  for (const each of containers) each.kill();
  await until(() => containers.every(hasEnded), { what: 'the containers have ended', within: 60_000 });
  rmSync(home, { recursive: true });
});

function run(script: string, env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, [inRepository(script)], {
    cwd: repositoryRoot,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  containers.push(child);
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  return child;
}
const ended = (): boolean => hasEnded(container);
const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

describe('the container tillstream', () => {
  it('polls every stream of the catalogue', async () => {
    const polled = () => output.split('\n').filter((line) => line.includes('"kind":"assigned"')).length;
    await until(() => polled() >= Object.keys(streams).length, { what: 'all streams are assigned', within: 120_000 });
  });

  it('tells Airflow and the functions when DAGs run, as the configuration says', async () => {
    expect(JSON.parse(readFileSync(join(home, 'schedules.json'), 'utf8'))).toMatchObject({
      TILLSTREAM_SCHEDULES_CURATE_ORDERS: '30 5 * * *',
      TILLSTREAM_SCHEDULES_PROCESS_KAFKA_TO_POSTGRES: '*/15 * * * *',
      TILLSTREAM_SCHEDULES_STREAM_ORDERS: '@hourly',
    });
    const { lambda } = inject('stack');
    const { Configuration } = await lambdaClient(lambda).send(
      new GetFunctionCommand({ FunctionName: `${lambda.functionPrefix}-prove` }),
    );
    expect(JSON.parse(Configuration?.Environment?.Variables?.DAG_INTERVALS ?? '')).toMatchObject({
      ...{ process_kafka_to_postgres: 15, prove_pipeline: 30, curate_orders: 1_440 },
    });
  });

  it('serves its metrics to Prometheus', async () => {
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const metrics = await answer.text();
    for (const { topic } of Object.values(streams))
      expect(metrics).toContain(`tillstream_stream_lag{topic="${topic}"}`);
    expect((await fetch(`${url}/other`)).status).toBe(404);
  });

  it('gives bi_reader the password that dashboards use', async () => {
    const pool = openPool({ ...postgres, user: 'bi_reader', password: 'of-the-dashboards', max: 1 });
    try {
      expect((await pool.query('select current_user as name')).rows).toEqual([{ name: 'bi_reader' }]);
    } finally {
      await pool.end();
    }
  });

  it('lets the command line find everything', async () => {
    const status = spawn(process.execPath, [inRepository('cli/tillstream.ts'), 'status'], {
      cwd: repositoryRoot,
      env: { ...process.env, TILLSTREAM_HOME: home },
      stdio: 'ignore',
    });
    expect(await new Promise((resolve) => status.on('close', resolve))).toBe(0);
  });

  it('notices when LocalStack has lost a function, and only then', async () => {
    const { endpoint, region, accessKeyId, secretAccessKey } = s3;
    const lambda = new LambdaClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
    await untilForgotten(lambda, 'tillstream-local-never-there', { every: 10 });

    let looks = 0;
    lambda.middlewareStack.add((next) => (args) => {
      looks += 1;
      return next(args);
    });
    const away = new LambdaClient({
      endpoint: 'http://127.0.0.1:1',
      region,
      credentials: { accessKeyId, secretAccessKey },
    });
    const enough = new AbortController();
    const options = { every: 10, signal: enough.signal };
    const forgotten = [lambda, away].map((client) => untilForgotten(client, 'tillstream-local-prove', options));
    await until(() => looks > 3, { what: 'the container has checked again', within: 60_000 });
    enough.abort();
    // Both at once: one that is awaited after the other has rejected before anybody listens.
    await Promise.all(forgotten.map((each) => expect(each).rejects.toThrow('aborted')));
  });
});

describe('the container console', () => {
  it('serves the page to who has its key, reads as role console, and stops on SIGTERM', async () => {
    const [port] = await freePorts(1);
    const variables: Record<(typeof consoleVariables)[number], string> = {
      CONSOLE_PORT: String(port),
      CONSOLE_PASSWORD: 'of-the-page',
      CONSOLE_KEY: KEY,
      KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
      DATABASE_HOST: postgres.host,
      DATABASE_PORT: String(postgres.port),
      DATABASE_NAME: postgres.database,
      AWS_ENDPOINT_URL: s3.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
      AWS_REGION: s3.region,
      LAKE_BUCKET: 'orders-lake',
      AIRFLOW_URL: 'http://airflow.invalid:8003',
      AIRFLOW_USERNAME: 'airflow',
      AIRFLOW_PASSWORD: 'airflow',
    };
    const page = run('docker/tillstream/console.ts', { PATH: process.env.PATH, ...variables });
    const served = () => hasEnded(page) || output.includes(`http://127.0.0.1:${port}`);
    await until(served, { what: 'the container has logged where the page is', within: 120_000 });
    const ask = (key: string) =>
      fetch(`http://127.0.0.1:${port}/api/proofs`, { headers: { authorization: `Bearer ${key}` } });
    expect((await ask('another')).status).toBe(401);
    expect(await (await ask(KEY)).json(), output).toMatchObject({ data: { rows: expect.any(Array) } });
    page.kill();
    await until(() => hasEnded(page), { what: 'the container has ended', within: 60_000 });
    expect(page.exitCode, output).toBe(0);
    // The key lasts, and logs go further than the page.
    expect(output).not.toContain(KEY);
  });
});

describe('the container spark', () => {
  it('serves the application to which the DAGs submit jobs, and stops on SIGTERM', async () => {
    const [port] = await freePorts(1);
    const variables: Record<(typeof sparkVariables)[number], string> = {
      TILLSTREAM_HOME: home,
      EMR_PORT: String(port),
      KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
      DATABASE_HOST: postgres.host,
      DATABASE_PORT: String(postgres.port),
      DATABASE_NAME: postgres.database,
      AWS_ENDPOINT_URL: s3.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    };
    const spark = run('docker/tillstream/spark.ts', { PATH: process.env.PATH, ...variables });
    const emr = {
      ...{ ...s3, endpoint: `http://127.0.0.1:${port}` },
      ...{ applicationId: EMR_APPLICATION, jobRoleArn: EMR_JOB_ROLE },
    };
    const answer = () => callEmr(emr, 'GET', '');
    const answers = async () => hasEnded(spark) || (await answer()) !== undefined;
    await until(answers, { what: 'the application answers', within: 120_000 });
    expect(await answer()).toMatchObject({ application: { applicationId: EMR_APPLICATION } });
    spark.kill();
    await until(() => hasEnded(spark), { what: 'the container has ended', within: 60_000 });
    expect(spark.exitCode, output).toBe(0);
  });
});
