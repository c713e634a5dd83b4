/** What waits longer than its job leaves it, by the job's schedule: data that stands still is not wrong, but nobody gets it. */
import { type DagName, type Intervals, standardIntervals } from '#domain/configuration/intervals.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { IN_TIME } from '../passing.ts';
import { type Check, type Faults, faultsIn, noFaults } from '../proof.ts';
import type { Proving } from '../proving.ts';
import { query } from '../queries.ts';
import { partsOf } from '../scope.ts';

export interface Job {
  /** The DAG or function that takes what waits. */
  readonly name: string;
  readonly everyMinutes: number;
  /** sql/proof/<query>.sql */
  readonly query: string;
  /** The check's name without its end. */
  readonly promise: string;
  /** If deliveries wait for it: of which stream, and from where on (scope.ts). */
  readonly waits?: { readonly stream: Stream; readonly from: 'beforeOffset' | 'takenBefore' };
}

export const jobs = (intervals: Intervals = standardIntervals()): readonly Job[] => [
  {
    ...runs('orders_minio_to_postgres', intervals),
    query: 'overdue_load',
    promise: 'orders: every object is loaded',
    waits: { stream: streams.orders, from: 'beforeOffset' },
  },
  {
    ...runs('process_kafka_to_postgres', intervals),
    query: 'overdue_transformation',
    promise: 'transactions: every hour is transformed',
  },
  {
    ...runs('process_kafka_to_postgres', intervals),
    query: 'overdue_index',
    promise: 'transactions: every hour is indexed',
  },
  {
    ...runs('aggregate_user_events', intervals),
    query: 'overdue_aggregation',
    promise: 'user_events: every object is in gold',
    waits: { stream: streams.userEvents, from: 'takenBefore' },
  },
  {
    ...runs('curate_orders', intervals),
    query: 'overdue_curation',
    promise: 'curated: every load is curated',
    waits: { stream: streams.orders, from: 'takenBefore' },
  },
  { name: 'relay-outbox', everyMinutes: 1, query: 'overdue_outbox', promise: 'outbox: every message is published' },
];

const runs = (name: DagName, intervals: Intervals) => ({ name, everyMinutes: intervals[name] });

/** A run may wait for others, take its time and be retried: half an interval, but at least ten minutes and at most two hours. */
export const allowedMinutes = (everyMinutes: number): number =>
  everyMinutes + Math.min(Math.max(everyMinutes / 2, 10), 120);

interface Waiting {
  readonly what: string;
  readonly since: Date;
  readonly total: number;
}

export async function proveInTime({ sources, transaction, scope }: Proving): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { name, everyMinutes, query: file, promise, waits } of jobs(sources.intervals)) {
    const allowed = Math.round(allowedMinutes(everyMinutes));
    const parts: readonly unknown[][] = waits
      ? partsOf(scope, waits.stream, waits.from).map((part) => [...part])
      : [[]];
    const found: Faults[] = [];
    const describe = ({ what, since }: Waiting) =>
      `${what} waits for ${name} since ${since.toISOString()}; ${allowed} minutes are allowed`;
    for (const part of parts)
      found.push(faultsIn(await query<Waiting>(transaction, file, [allowed, ...part]), describe));
    checks.push(noFaults(`${promise} ${IN_TIME}`, ...found));
  }
  return checks;
}
