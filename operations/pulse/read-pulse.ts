/** What a pulse asks of PostgreSQL, in one snapshot: totals, the ends of indexes, and what came since the last look. */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { type Ledger, readLedger } from '../ledger.ts';
import { atEase } from './at-ease.ts';
import { type Counts, type Newest, readCounts, readNewest, readUnsentByTopic } from './counts.ts';
import { type Arrival, type Delivered, readLatestDeliveries, readLatestLoads } from './latest-deliveries.ts';
import { lettersByReason } from './letters-by-reason.ts';
import { readWaitingJobs, type WaitingJob } from './waiting-jobs.ts';

export interface DatabasePulse {
  readonly ledger: Ledger;
  readonly deliveries: readonly Delivered[];
  readonly loads: readonly Arrival[];
  /** By reason. */
  readonly letters: ReadonlyMap<string, number>;
  /** Messages that wait for Kafka, by topic. */
  readonly unsent: ReadonlyMap<string, number>;
  readonly newest: Newest;
  readonly counts: Counts;
  readonly jobs: readonly WaitingJob[];
}

const SNAPSHOT = 'isolation level repeatable read read only';
/** What a statement may take of a database that people wait for. */
const LONGEST_MS = 5_000;

/** As the proof reads: by indexes, however small a table looks to PostgreSQL, and without compiling a query for a few rows. */
const BY_INDEXES = "select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)";

/**
 * Remembers what needs not be asked each time.
 *
 * @param processEveryMinutes between two runs of process_kafka_to_postgres; hourly if absent
 */
export function databasePulse(pool: Pool, processEveryMinutes?: number): () => Promise<DatabasePulse> {
  const letters = lettersByReason();
  const counts = atEase<Counts>();
  const unsent = atEase<ReadonlyMap<string, number>>();
  const jobs = atEase<WaitingJob[]>();
  const read = () =>
    inTransactionUntil(
      pool,
      Date.now() + LONGEST_MS,
      async (transaction): Promise<DatabasePulse> => {
        const ledger = await readLedger(transaction);
        await transaction.query(BY_INDEXES);
        return {
          ledger,
          deliveries: await readLatestDeliveries(transaction),
          loads: await readLatestLoads(transaction),
          letters: await letters.read(transaction),
          newest: await readNewest(transaction),
          unsent: await unsent(() => readUnsentByTopic(transaction)),
          counts: await counts(() => readCounts(transaction)),
          jobs: await jobs(() => readWaitingJobs(transaction, processEveryMinutes)),
        };
      },
      SNAPSHOT,
    );
  return read;
}
