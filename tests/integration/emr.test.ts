/** The stand-in for EMR Serverless: job runs as AWS documents them, with real drivers. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { inRepository, installFolder } from '#adapters/repository.ts';
import { jobEnvironment } from '#localstack/emr/job-environment.ts';
import { run } from '#localstack/install/run.ts';
import { installSpark, SPARK_CODE } from '#localstack/install/spark.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { readRecord } from '#localstack/processes/process-record.ts';
import { until } from '#localstack/processes/until.ts';
import { type EmrService, startEmr } from '#localstack/services/emr.ts';
import { callEmr, type EmrAccess } from '../support/emr.ts';

const { s3, kafka, postgres } = inject('stack');
const FIXTURES = inRepository('tests/fixtures');
const JOB = join(FIXTURES, 'spark_job.py');
const SESSION_JOB = join(FIXTURES, 'spark_session_job.py');
const CLIENT = join(FIXTURES, 'emr_client.py');
const runFolder = mkdtempSync(join(tmpdir(), 'tillstream emr-'));
let service: EmrService;
let emr: EmrAccess;

interface Run {
  readonly state: string;
  readonly stateDetails: string;
  readonly name: string;
}

const call = <T>(method: string, path: string, request?: object): Promise<T> => callEmr(emr, method, path, request);

async function start(
  token: string,
  args: string[],
  more: object = {},
  sparkSubmitParameters?: string,
  entryPoint = JOB,
): Promise<string> {
  const sparkSubmit = {
    entryPoint,
    entryPointArguments: args,
    ...(sparkSubmitParameters && { sparkSubmitParameters }),
  };
  const request = { clientToken: token, executionRoleArn: emr.jobRoleArn, jobDriver: { sparkSubmit }, ...more };
  return (await call<{ jobRunId: string }>('POST', '/jobruns', request)).jobRunId;
}

const find = async (id: string) => (await call<{ jobRun: Run }>('GET', `/jobruns/${id}`)).jobRun;

const reaches = (id: string, ...states: string[]) =>
  until(async () => [await find(id)].find(({ state }) => states.includes(state)), {
    what: `job run ${id} is ${states.join(' or ')}`,
    within: 200_000,
  });

const stdout = (id: string) => readFileSync(join(runFolder, 'logs', 'spark', id, 'stdout'), 'utf8');
const driversOf = (id: string) => readRecord(runFolder).filter(({ service }) => service === `Spark job ${id}`);

beforeAll(async () => {
  // Otherwise the first job would install Spark, within its time limit.
  await installSpark({ installFolder, report: console.log });
  const [port = 0] = await freePorts(1);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'of the test' };
  // The stack's runs nothing but the project's jobs.
  service = await startEmr(
    {
      ...{ port, credentials, code: FIXTURES, awsEndpoint: s3.endpoint },
      environment: jobEnvironment({ database: postgres, kafka }),
    },
    { runFolder, installFolder, report: console.log },
  );
  emr = { ...s3, ...service, ...credentials };
}, 600_000);
afterAll(async () => {
  await service.kill();
  rmSync(runFolder, { recursive: true });
});

it('runs a job with the environment variables of the application and of the job', async () => {
  const id = await start(
    'first',
    ['one', 'two words'],
    { name: 'first' },
    '--conf spark.emr-serverless.driverEnv.TRIAL="a b" --conf spark.emr-serverless.driverEnv.LAKE_BUCKET=other',
  );
  expect(await reaches(id, 'SUCCESS', 'FAILED')).toMatchObject({ state: 'SUCCESS', stateDetails: '', name: 'first' });
  expect(JSON.parse(stdout(id))).toEqual({
    arguments: ['one', 'two words'],
    environment: {
      LAKE_BUCKET: 'other',
      DATABASE_SECRET_ID: 'tillstream/local/database/spark_curation',
      TRIAL: 'a b',
      AWS_ENDPOINT_URL: s3.endpoint,
      TZ: 'UTC',
    },
  });
});

it('says why a job failed', async () => {
  const { state, stateDetails } = await reaches(await start('failing', ['fail']), 'SUCCESS', 'FAILED');
  expect(state).toBe('FAILED');
  expect(stateDetails).toMatch(/^Job failed\. Exit code: 1\. Last lines:\n.*ValueError: told to fail$/s);
});

it('keeps a JVM for the next batch job, but nothing else, and not after a failure', async () => {
  const session = async (token: string, args: string[], parameters?: string) => {
    const id = await start(token, args, {}, parameters, SESSION_JOB);
    const { state } = await reaches(id, 'SUCCESS', 'FAILED');
    const stderr = readFileSync(join(runFolder, 'logs', 'spark', id, 'stderr'), 'utf8');
    return { state, stderr, ...JSON.parse(stdout(id).split('\n', 1)[0] ?? '') };
  };
  const first = await session('session 1', ['session', 'leave']);
  expect(first).toMatchObject({ state: 'SUCCESS', tables: [], ansi: 'true', sum: 45 });
  const second = await session('session 2', ['session', 'fail']);
  expect(second).toMatchObject({ state: 'FAILED', jvm: first.jvm, tables: [], ansi: 'false', sum: 45 });
  for (const [stderr, word] of [
    [first.stderr, 'leave'],
    [second.stderr, 'fail'],
  ])
    expect(stderr.match(/Java's words .*/g)).toEqual([expect.stringContaining(word)]);

  const third = await session('session 3', []);
  expect(third).toMatchObject({ state: 'SUCCESS' });
  expect(third.jvm).not.toBe(first.jvm);
  // One with properties of its own has a JVM of its own.
  const own = await session('session 4', [], '--conf spark.ui.enabled=false');
  expect(own.jvm).not.toBe(third.jvm);
});

it('runs batch jobs one at a time, streaming jobs beside them, and cancels each', async () => {
  const first = await start('turn 1', ['wait']);
  const second = await start('turn 2', ['wait']);
  const stream = await start('stream', ['wait'], { mode: 'STREAMING' });
  await Promise.all([reaches(first, 'RUNNING'), reaches(stream, 'RUNNING')]);
  expect(await find(second)).toMatchObject({ state: 'PENDING', stateDetails: 'Waits for its turn.' });

  await call('DELETE', `/jobruns/${first}`);
  await reaches(second, 'RUNNING');
  expect(await find(first)).toMatchObject({ state: 'CANCELLED', stateDetails: 'It was cancelled by request.' });
  expect(driversOf(first)).toEqual([]);
  expect(driversOf(second)).toHaveLength(1);
  for (const id of [second, stream]) await call('DELETE', `/jobruns/${id}`);
  await Promise.all([reaches(second, 'CANCELLED'), reaches(stream, 'CANCELLED')]);
  expect([...driversOf(second), ...driversOf(stream)]).toEqual([]);
});

it('answers boto3 as EMR Serverless does', async () => {
  const { python } = await installSpark({ installFolder, report: console.log });
  const env = {
    AWS_ENDPOINT_URL_EMR_SERVERLESS: emr.endpoint,
    AWS_ACCESS_KEY_ID: emr.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emr.secretAccessKey,
    AWS_DEFAULT_REGION: emr.region,
  };
  const said = JSON.parse(await run(python, [CLIENT, emr.applicationId, JOB], { env }));
  const [id, again] = said.runs;
  expect(again).toBe(id);
  expect(said.found).toEqual(['by boto3', 'BATCH', true]);
  expect(said.missing).toBe(`Job run none of application ${emr.applicationId} doesn't exist`);
  expect(said.application).toEqual(['tillstream-local', 'STARTED']);
  expect(said.elsewhere).toBe("Application 00other doesn't exist");
  await reaches(id, 'CANCELLED');
});

it('names a database and a file in the driver’s URL, whatever they are called', async () => {
  const { python } = await installSpark({ installFolder, report: console.log });
  const [name, file] = ['the shop’s/orders?a=b&c', '/etc/our shop/ca&b.pem'];
  const given = {
    DATABASE_HOST: 'db',
    DATABASE_PORT: '5432',
    DATABASE_NAME: name,
    DATABASE_TLS: 'on',
    DATABASE_CA_FILE: file,
  };
  const program = `from database import jdbc_url; print(jdbc_url(${JSON.stringify(given)}))`;
  const printed = await run(python, ['-B', '-c', program], { cwd: SPARK_CODE });
  const { pathname, searchParams } = new URL(printed.trim().replace(/^jdbc:/, ''));
  expect(decodeURIComponent(pathname)).toBe(`/${name}`);
  expect(searchParams.get('sslrootcert')).toBe(file);
});
