/** What waits longer than its job leaves it, by the job's schedule: data that stands still is not wrong, but nobody gets it. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Check, faultsIn, IN_TIME, noFaults } from '../proof.ts';
import { query } from '../queries.ts';
import type { Sources } from '../sources.ts';

export interface Job {
  /** The DAG or function that takes what waits. */
  readonly name: string;
  readonly everyMinutes: number;
  /** sql/proof/<query>.sql */
  readonly query: string;
  /** The check's name without its end. */
  readonly promise: string;
}

/** The only DAG whose schedule an environment chooses. */
export const PROCESS_DAG = 'process_kafka_to_postgres';
const HOURLY = 60;
const DAILY = 1_440;

export const jobs = (processEveryMinutes = HOURLY): readonly Job[] => [
  {
    name: 'orders_minio_to_postgres',
    everyMinutes: 5,
    query: 'overdue_load',
    promise: 'orders: every object is loaded',
  },
  {
    name: PROCESS_DAG,
    everyMinutes: processEveryMinutes,
    query: 'overdue_transformation',
    promise: 'transactions: every hour is transformed',
  },
  {
    name: PROCESS_DAG,
    everyMinutes: processEveryMinutes,
    query: 'overdue_index',
    promise: 'transactions: every hour is indexed',
  },
  {
    name: 'aggregate_user_events',
    everyMinutes: DAILY,
    query: 'overdue_aggregation',
    promise: 'user_events: every object is in gold',
  },
  {
    name: 'curate_orders',
    everyMinutes: DAILY,
    query: 'overdue_curation',
    promise: 'curated: every load is curated',
  },
  { name: 'relay-outbox', everyMinutes: 1, query: 'overdue_outbox', promise: 'outbox: every message is published' },
];

/** A run may wait for others, take its time and be retried: half an interval, but at least ten minutes and at most two hours. */
export const allowedMinutes = (everyMinutes: number): number =>
  everyMinutes + Math.min(Math.max(everyMinutes / 2, 10), 120);

interface Waiting {
  readonly what: string;
  readonly since: Date;
  readonly total: number;
}

export async function proveInTime({ processEveryMinutes }: Sources, transaction: Transaction): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { name, everyMinutes, query: file, promise } of jobs(processEveryMinutes)) {
    const allowed = Math.round(allowedMinutes(everyMinutes));
    const rows = await query<Waiting>(transaction, file, [allowed]);
    const describe = ({ what, since }: Waiting) =>
      `${what} waits for ${name} since ${since.toISOString()}; ${allowed} minutes are allowed`;
    checks.push(noFaults(`${promise} ${IN_TIME}`, faultsIn(rows, describe)));
  }
  return checks;
}
