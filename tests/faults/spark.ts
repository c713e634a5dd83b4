/** Spark's jobs on the stack's stand-in for EMR Serverless, as the DAGs start them, and what must hold after them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import type { Proof } from '#functions/prove/proof.ts';
import { SPARK_CODE } from '#localstack/install/spark.ts';
import { readRecord } from '#localstack/processes/process-record.ts';
import { familyOf, listProcesses, type Process, signalProcess } from '#localstack/processes/processes.ts';
import { until } from '#localstack/processes/until.ts';
import { readProgress } from '#operations/progress.ts';
import type { Random } from '#simulator/random.ts';
import { callEmr } from '../support/emr.ts';
import { awsSettings } from '../support/lambda.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { CannotStrike, persist } from './cannot-strike.ts';

export type Program = 'curate_orders' | 'aggregate_user_events' | 'stream_orders';

export interface SparkRun {
  /** Its driver, the JVM and Python's workers; none before they run and after they have ended. */
  processes(): Process[];
  /** Resolves with `SUCCESS`, `FAILED` or `CANCELLED` and the end of its log. */
  readonly ended: Promise<JobState>;
}

interface JobState {
  readonly state: string;
  readonly stateDetails: string;
}

const WITHIN = 600_000;
const MODULES = ['database.py', 'orders.py', 'run_sql.py'];

export async function startSparkJob({ stack }: Pipeline, program: Program, random: Random): Promise<SparkRun> {
  const { emr, runFolder } = stack.status;
  const streams = program === 'stream_orders';
  const file = streams ? 'stream_orders.py' : 'run_sql.py';
  const modules = MODULES.filter((module) => module !== file).map((module) => join(SPARK_CODE, module));
  const asked = {
    clientToken: random.uuid(),
    executionRoleArn: emr.jobRoleArn,
    jobDriver: {
      sparkSubmit: {
        entryPoint: join(SPARK_CODE, file),
        entryPointArguments: [
          ...(streams ? ['--available-now', '--at-most', '5000'] : [program, '--param', 'date=none']),
          ...['--code', SPARK_CODE],
        ],
        sparkSubmitParameters: `--py-files "${modules.join()}"`,
      },
    },
  };
  const { jobRunId } = await persist(`Spark job ${program} is started`, () =>
    callEmr<{ jobRunId: string }>(emr, 'POST', '/jobruns', asked),
  );
  const state = async () => (await callEmr<{ jobRun: JobState }>(emr, 'GET', `/jobruns/${jobRunId}`)).jobRun;
  const ended = until(
    async () => [await state()].find((found) => ['SUCCESS', 'FAILED', 'CANCELLED'].includes(found.state)),
    { what: `Spark job ${program} has ended`, within: WITHIN, every: 500 },
  );
  ended.catch(() => {}); // Awaited by whoever wants to know.
  return {
    ended,
    processes() {
      const record = readRecord(runFolder);
      if (!record.some(({ service }) => service === `Spark job ${jobRunId}`)) return [];
      // One job at a time: the JVM is its own while it runs.
      const leaders = record.filter(({ service }) => service.endsWith(jobRunId) || service.startsWith('Spark JVM '));
      const processes = listProcesses();
      return leaders.flatMap((leader) => familyOf(leader, processes));
    },
  };
}

/** @throws with the end of its log, if it does not succeed */
export async function runSparkJob(pipeline: Pipeline, program: Program, random: Random): Promise<void> {
  const { state, stateDetails } = await (await startSparkJob(pipeline, program, random)).ended;
  if (state !== 'SUCCESS') throw new Error(`Spark job ${program} ended as ${state}: ${stateDetails}`);
}

/** The stream reads on until it has all. It never skips records that Kafka has removed: then it begins anew, as docs/runbook.md says. */
export async function streamAgain(pipeline: Pipeline, random: Random): Promise<void> {
  const { state, stateDetails } = await (await startSparkJob(pipeline, 'stream_orders', random)).ended;
  if (state === 'SUCCESS') return;
  if (!/some data may have been (lost|missed)|OffsetOutOfRange/i.test(stateDetails))
    throw new Error(`Spark's stream ended as ${state}: ${stateDetails}`);
  await loseCheckpoint(pipeline);
  await runSparkJob(pipeline, 'stream_orders', random);
}

/** @returns how many objects the checkpoint had */
export async function loseCheckpoint({ stack }: Pipeline): Promise<number> {
  const { s3 } = stack.status;
  const client = new S3Client({ ...awsSettings(s3), forcePathStyle: true });
  const listed = { Bucket: s3.bucket, Prefix: 'checkpoints/stream_orders' };
  for (let lost = 0; ; ) {
    const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command(listed));
    for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key }));
    lost += Contents.length;
    if (!IsTruncated) return lost;
  }
}

/**
 * Kills the job up to some seconds after its first work in PostgreSQL.
 *
 * @param only which of its processes
 * @throws `CannotStrike` if it was done before, or with the end of its log, if it had failed
 */
export async function killSparkJob(
  { pool }: Pipeline,
  job: SparkRun,
  random: Random,
  only: (process: Process) => boolean = () => true,
): Promise<void> {
  const orEnded = async (what: string, isSo: () => boolean | Promise<boolean>) => {
    const over = new AbortController();
    const so = until(isSo, { what, within: WITHIN, every: 20, signal: over.signal }).then(() => undefined);
    const end = await Promise.race([so, job.ended]).finally(() => over.abort());
    if (end?.state === 'SUCCESS') throw new CannotStrike(`Expected that ${what}, but the job was done before.`);
    if (end) throw new Error(`Expected that ${what}, but the job ended as ${end.state}: ${end.stateDetails}`);
  };
  await orEnded('a session of Spark works', async () => {
    const { rowCount } = await pool.query("select from pg_stat_activity where application_name = 'spark'");
    return (rowCount ?? 0) > 0;
  });
  await delay(random.integer(0, 3_000));
  const chosen = () => job.processes().filter(only);
  await orEnded('there is a process to kill', () => chosen().length > 0);
  for (const process of chosen()) signalProcess(process, 'SIGKILL');
  await job.ended;
}

/** One that runs Python for Spark's tasks, which Spark starts when a task needs it. */
export const isPythonsWorker = ({ pid }: Process): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('pyspark.daemon');
  } catch {
    return false; // It has just ended.
  }
};

/** From now on each verdict brings curated and gold up to date, and expects that the proof finds them so. */
export function expectCurated(pipeline: Pipeline, random: Random): void {
  pipeline.expectAlso('curated', async () => {
    const { pool, kafka, call } = pipeline;
    for (const program of ['curate_orders', 'aggregate_user_events'] as const)
      await runSparkJob(pipeline, program, random);
    const isSent = async () => (await readProgress(pool, kafka)).unsent === 0;
    await until(isSent, { what: 'all curated orders are announced', within: WITHIN });
    const options = { depth: 'rows', settled: true, curated: true };
    const { checks } = (await call('prove', options)) as Proof;
    expect(checks.filter(({ balanced }) => !balanced)).toEqual([]);
  });
}
