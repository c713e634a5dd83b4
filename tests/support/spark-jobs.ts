/** Runs Spark jobs for a test in a separate process, as deployed, against the test's database and lake. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { inject } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { inRepository, installFolder } from '#adapters/repository.ts';
import { jobEnvironment } from '#localstack/emr/job-environment.ts';
import { sparkDefaults } from '#localstack/emr/spark-defaults.ts';
import { installSpark, type SparkInstall } from '#localstack/install/spark.ts';
import { awsSettings } from './lambda.ts';

export interface JobResult {
  readonly job: string;
  readonly run: string;
  /** Number of rows in each output. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface StreamOptions {
  readonly topic: string;
  /** s3://… */
  readonly checkpoint: string;
  /** Maximum number of records in a micro-batch. */
  readonly at_most: number;
}

export interface MicroBatch extends JobResult {
  readonly batch: number;
  /** Number of valid orders, and of other records by the reason why they are rejected. */
  readonly records: Readonly<Record<string, number>>;
}

export interface SparkJobs {
  /** Runs jobs one at a time; rejects with the job's error. */
  run(job: string, parameters?: Readonly<Record<string, string>>): Promise<JobResult>;
  /** The rows of a select in Spark's dialect, whose columns are text or numbers. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Curates the topic's orders from the checkpoint on. @returns its micro-batches */
  stream(options: StreamOptions): Promise<readonly MicroBatch[]>;
  /** Kills the process and its JVM at once, as a power cut would. */
  kill(): Promise<void>;
}

const program = inRepository('tests/fixtures/spark_jobs.py');
const PASSWORD = 'of the test';

/** Resolves when the session is up. */
export async function startSparkJobs({ pool, lake }: { pool: Pool; lake: Lake }): Promise<SparkJobs> {
  const spark = await installSpark({ installFolder, report: console.log });
  // A killed process leaves its temporary files here.
  const temporary = mkdtempSync(join(tmpdir(), 'tillstream spark-'));
  const process = spawn(spark.python, [program], {
    env: { ...(await testJobEnvironment(pool, lake)), ...awsEnvironment(), ...sparkEnvironment(spark, temporary) },
    cwd: temporary,
    stdio: ['pipe', 'pipe', 'pipe'],
    // In a separate process group, which includes the JVM.
    detached: true,
  });
  const said: string[] = [];
  process.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const answers = createInterface(process.stdout)[Symbol.asyncIterator]();
  const ended = once(process, 'exit');

  const answer = async (): Promise<unknown> => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`Spark has ended. ${said.join('').slice(-5_000)}`);
    const { result, error } = JSON.parse(value) as { result: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return result;
  };
  await answer();
  let last: Promise<unknown> = Promise.resolve();
  const ask = <Answer>(question: object): Promise<Answer> => {
    const result = last.then(() => {
      process.stdin.write(`${JSON.stringify(question)}\n`);
      return answer() as Promise<Answer>;
    });
    last = result.catch(() => {});
    return result;
  };
  return {
    run: (job, parameters = {}) => ask({ job, parameters }),
    query: (sql) => ask({ sql }),
    stream: (options) => ask({ stream: options }),
    async kill() {
      killGroup(process);
      await ended;
      // The JVM may end a moment after its parent.
      rmSync(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) globalThis.process.kill(-pid, 'SIGKILL');
}

/** A job's environment variables, for the test's own database and lake. */
export async function testJobEnvironment(pool: Pool, { bucket }: Lake): Promise<Record<string, string>> {
  const { kafka, postgres, lambda } = inject('stack');
  const { rows } = await pool.query<{ database: string }>('select current_database() as database');
  const [{ database } = { database: '' }] = rows;
  const role = await loginAs('spark_curation', pool, database);
  const secretId = `test/${database}/spark_curation/${Math.random()}`;
  await new SecretsManagerClient(awsSettings(lambda)).send(
    new CreateSecretCommand({
      Name: secretId,
      SecretString: JSON.stringify({ username: role, password: PASSWORD }),
    }),
  );
  return jobEnvironment({ database: { ...postgres, database }, kafka, lakeBucket: bucket, secretId });
}

/**
 * Creates a role for this database alone whose sessions act as `role`. Databases on one server share their roles, so this
 * test must not change the password of `role` itself, which a running stack may use.
 */
function loginAs(role: string, pool: Pool, database: string): Promise<string> {
  const own = `${database}_${role}`;
  return inTransaction(pool, async (transaction) => {
    // A test may start two sessions at once, and both would find that the role is missing.
    await transaction.query('select pg_advisory_xact_lock(hashtext($1))', [own]);
    const { rowCount } = await transaction.query('select from pg_roles where rolname = $1', [own]);
    if (rowCount === 0) await transaction.query(`create role ${own} login password '${PASSWORD}' in role ${role}`);
    await transaction.query(`alter role ${own} set role ${role}`);
    return own;
  });
}

function awsEnvironment() {
  const { endpoint, region, accessKeyId, secretAccessKey } = inject('stack').lambda;
  return {
    PATH: globalThis.process.env.PATH,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

/** Far from UTC: no result may depend on the JVM's time zone. */
const TIME_ZONE = 'America/St_Johns';

function sparkEnvironment({ home, python, jars, javaOptions }: SparkInstall, temporary: string) {
  const settings = {
    ...sparkDefaults({
      ...{ jars, s3: inject('stack').s3.endpoint, temporary },
      javaOptions: [...javaOptions, `-Duser.timezone=${TIME_ZONE}`],
    }),
    'spark.driver.memory': '1g',
    'spark.sql.session.timeZone': 'UTC',
    'spark.sql.ansi.enabled': 'true',
    'spark.sql.shuffle.partitions': '2',
  };
  const words = Object.entries(settings).map(([name, value]) => `--conf '${name}=${value}'`);
  return {
    SPARK_HOME: home,
    SPARK_LOCAL_DIRS: temporary,
    TMPDIR: temporary,
    PYSPARK_PYTHON: python,
    PYTHONDONTWRITEBYTECODE: '1',
    PYSPARK_SUBMIT_ARGS: ['--master local[2]', ...words, 'pyspark-shell'].join(' '),
  };
}
