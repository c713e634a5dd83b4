/** One stack with Airflow for all DAGs, since starting and stopping it takes most of a minute. */

import { openPool } from '#adapters/postgres/index.ts';
import { invoke } from '#cli/invoke.ts';
import type { Stack } from '#localstack/stack/stack.ts';
import { startDeployedStack } from '../stack.ts';

/** Yearly, so that no scheduled run falls into a test: the usual hourly ones would start between the runs that a test holds. */
const YEARLY = '0 0 1 1 *';

let stack: Promise<Stack> | undefined;

export function dagStack(): Promise<Stack> {
  process.env.TILLSTREAM_PROCESS_SCHEDULE = YEARLY;
  stack ??= startDeployedStack({ airflow: true });
  return stack;
}

export async function stopDagStack(): Promise<void> {
  await (await stack)?.stop();
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
