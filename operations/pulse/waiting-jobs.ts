/** What waits for each job, by the proof's own queries: what it calls overdue, people see coming. */

import type { Transaction } from '#adapters/postgres/index.ts';
import type { Intervals } from '#domain/configuration/intervals.ts';
import { allowedMinutes, jobs } from '#functions/prove/pipelines/overdue.ts';
import { query } from '#functions/prove/queries.ts';
import { type ClosedPartition, ofStream } from '#functions/prove/scope.ts';
import type { PlaceName } from '../pulse.ts';

/** The job that brings something to a place, and what waits for it. */
export interface WaitingJob {
  readonly place: PlaceName;
  /** The DAG or function. */
  readonly job: string;
  readonly everyMinutes: number;
  /** From when on the proof is off. */
  readonly allowedMinutes: number;
  /** How many wait. */
  readonly waiting: number;
  /** Seconds that the first of them has waited; null if none do. */
  readonly longest: number | null;
}

/** By sql/proof/<name>.sql. */
const places: Readonly<Record<string, PlaceName>> = {
  overdue_load: 'warehouse',
  overdue_transformation: 'metrics',
  overdue_index: 'metrics',
  overdue_aggregation: 'gold',
  overdue_curation: 'curated',
  overdue_outbox: 'announced',
};

/** The first that waits, and how many do. */
interface Waiting {
  readonly since: Date;
  readonly total: number;
}

/** @param intervals how often the DAGs run; as the standard schedules say if absent */
export async function readWaitingJobs(transaction: Transaction, intervals?: Intervals): Promise<WaitingJob[]> {
  const closed = await query<ClosedPartition>(transaction, 'closed_partitions');
  const [{ now }] = (await transaction.query<{ now: Date }>('select now()')).rows as [{ now: Date }];
  const found: WaitingJob[] = [];
  for (const { name: job, everyMinutes, query: file, waits } of jobs(intervals)) {
    const place = places[file];
    if (!place)
      throw new Error(`Expected the place that is filled by the job of ${file}, found none: add it to places.`);
    const parts = waits ? ofStream(closed, waits.stream).map((each) => [each.partition, each[waits.from]]) : [[]];
    const waiting: Waiting[] = [];
    // One query after the other: a transaction has one connection.
    for (const part of parts) waiting.push(...(await query<Waiting>(transaction, file, [0, ...part])).slice(0, 1));
    const longest = waiting.map(({ since }) => (now.getTime() - since.getTime()) / 1_000);
    found.push({
      ...{ place, job, everyMinutes },
      allowedMinutes: Math.round(allowedMinutes(everyMinutes)),
      waiting: waiting.reduce((sum, { total }) => sum + total, 0),
      longest: longest.length === 0 ? null : Math.max(...longest),
    });
  }
  return found;
}
