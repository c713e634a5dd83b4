/** One database and two sessions of Spark, which are slow to start, for all jobs of curation. */
import type { Lake } from '#adapters/lake/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { proveCuration } from '#functions/prove/pipelines/curation.ts';
import { until } from '#localstack/processes/until.ts';
import { type SparkJobs, startSparkJobs } from '../../support/spark-jobs.ts';
import { freshDatabase, freshLake } from '../../support/stores.ts';

export let pool: Pool;
export let lake: Lake;
/** Two sessions, which share nothing. */
export let spark: SparkJobs;
export let other: SparkJobs;

export async function startJobs(): Promise<void> {
  [pool, lake] = await Promise.all([freshDatabase(), freshLake()]);
  [spark, other] = await Promise.all([startSparkJobs({ pool, lake }), startSparkJobs({ pool, lake })]);
}

export async function stopJobs(): Promise<void> {
  await Promise.all([spark?.kill(), other?.kill()]);
  await pool?.end();
}

export const query = async (sql: string, values?: unknown[]) => (await pool.query(sql, values)).rows;

/** Each row as an array of values, formatted as by psql. */
export const table = async (sql: string): Promise<unknown[][]> =>
  (
    await query(`select to_jsonb(array(select value from json_each_text(to_json(each)))) as row from (${sql}) as each`)
  ).map(({ row }) => row);

/** Database sessions of this test's Spark jobs; other tests may have theirs on the same server. */
export const SPARK_SESSIONS =
  "select from pg_stat_activity where datname = current_database() and application_name = 'spark'";

export const stagingTables = async () => (await query("select from pg_tables where schemaname = 'staging'")).length;

/** Waits until a run has staged its rows and is blocked, before merging them, by the test's lock. */
export const untilMerging = () =>
  until(async () => (await query(`${SPARK_SESSIONS} and wait_event_type = 'Lock'`)).length > 0, {
    what: 'a run waits to merge',
    within: 200_000,
    every: 50,
  });

/** The checks of the proof whose names begin so. */
export async function proveCurated(prefix: string) {
  const sources = { pool, lake, offsets: async () => [], hourlyMetrics: async () => [] };
  const options = { depth: 'rows', settled: true, curated: true, coherent: false } as const;
  const checks = await inTransaction(pool, (transaction) => proveCuration(sources, transaction, options));
  return checks.filter(({ name }) => name.startsWith(prefix));
}
