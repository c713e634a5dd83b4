/** One stack with Airflow for all DAGs, since starting and stopping it takes most of a minute. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AirflowClient } from '#adapters/airflow.ts';
import { openPool } from '#adapters/postgres/index.ts';
import { invoke } from '#cli/invoke.ts';
import { SPARK_CODE } from '#localstack/install/spark.ts';
import { runBySchedule, untilSucceeded } from '#localstack/services/airflow-runs.ts';
import type { Stack } from '#localstack/stack/stack.ts';
import { startDeployedStack } from '../stack.ts';

/** Yearly, so that no scheduled run falls into a test: the usual hourly ones would start between the runs that a test holds. */
const YEARLY = '0 0 1 1 *';

let stack: Promise<Stack> | undefined;
/** Spark's jobs lie under a path with a space, as the stack's home does. */
let sparkCode: string;

export function dagStack(): Promise<Stack> {
  process.env.TILLSTREAM_PROCESS_SCHEDULE = YEARLY;
  stack ??= start();
  return stack;
}

function start(): Promise<Stack> {
  sparkCode = mkdtempSync(join(tmpdir(), 'tillstream spark code-'));
  cpSync(SPARK_CODE, sparkCode, { recursive: true });
  return startDeployedStack({ airflow: true, sparkCode });
}

export async function stopDagStack(): Promise<void> {
  if (sparkCode) rmSync(sparkCode, { recursive: true });
  await (await stack)?.stop();
}

const WITHIN = 240_000;

/** Waits for the run that the DAG's schedule starts, as a new user does. */
export async function firstRun(airflow: AirflowClient, dag: string, within = WITHIN) {
  const { dag_run_id } = await runBySchedule(airflow, dag);
  await untilSucceeded(airflow, dag, dag_run_id, within);
  return { runId: dag_run_id, tasks: await airflow.taskInstances(dag, dag_run_id) };
}

interface Cleared {
  readonly dag: string;
  readonly runId: string;
  readonly tasks: readonly string[];
}

/** Clears a finished run as a person may: whole, then each of these tasks by itself. It must succeed again each time. */
export async function clearWholeAndByTask(airflow: AirflowClient, cleared: Cleared): Promise<void> {
  await clear(airflow, cleared);
  await clearByTask(airflow, cleared);
}

export async function clearByTask(airflow: AirflowClient, cleared: Cleared): Promise<void> {
  for (const task of cleared.tasks) await clear(airflow, cleared, [task]);
}

async function clear(airflow: AirflowClient, { dag, runId }: Cleared, tasks?: readonly string[]): Promise<void> {
  await airflow.clear(dag, runId, tasks);
  await untilSucceeded(airflow, dag, runId, WITHIN);
}

/**
 * Recreates the database as a first deployment does, for the next group of DAGs. Nothing else is shared: each group has its
 * own DAGs, topics, and folders of the lake.
 */
export async function freshWarehouse(): Promise<void> {
  const { status } = await dagStack();
  const { database, ...server } = status.postgres;
  const admin = openPool({ ...server, database: 'postgres', max: 1 });
  try {
    await admin.query(`drop database ${database} with (force)`);
    await admin.query(`create database ${database}`);
  } finally {
    await admin.end();
  }
  await invoke(status, 'migrate-database', {});
}
