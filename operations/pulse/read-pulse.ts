/**
 * What a pulse asks of PostgreSQL: in one snapshot totals, the ends of indexes, and what came since the last look; beside it, at ease, what
 * takes the longer the more there is.
 */

import { inTransactionUntil, type Pool, type Transaction } from '#adapters/postgres/index.ts';
import type { Intervals } from '#domain/configuration/intervals.ts';
import { type Ledger, readLedger } from '../ledger.ts';
import { atEase, inTurn } from './at-ease.ts';
import { type Counts, type Newest, readCount, readNewest, readUnsentByTopic } from './counts.ts';
import { type Arrival, type Delivered, readLatestDeliveries, readLatestLoads } from './latest-deliveries.ts';
import { type CountedLetters, countLetters, lettersByReason } from './letters-by-reason.ts';
import { readWaitingJobs, type WaitingJob } from './waiting-jobs.ts';

/** What is asked at ease is null until it is first known, and may be some seconds older than the rest. */
export interface DatabasePulse {
  readonly ledger: Ledger;
  readonly deliveries: readonly Delivered[];
  readonly loads: readonly Arrival[];
  /** By reason. Counted at ease once; from then on as new as the rest. */
  readonly letters: ReadonlyMap<string, number> | null;
  readonly newest: Newest;
  /** Messages that wait for Kafka, by topic; at ease, as all that follows. */
  readonly unsent: ReadonlyMap<string, number> | null;
  readonly counts: Counts;
  readonly jobs: readonly WaitingJob[] | null;
}

const SNAPSHOT = 'isolation level repeatable read read only';
/** What a look may take of a database that people wait for, and what is asked beside it. */
const LONGEST_MS = 5_000;
const LONGEST_BESIDE_MS = 30_000;

/** As the proof reads: by indexes, however small a table looks to PostgreSQL, and without compiling a query for a few rows. */
const BY_INDEXES = "select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)";

export interface Asking {
  /** How often the DAGs run; as the standard schedules say if absent. */
  readonly intervals?: Intervals | undefined;
  /** How long a look waits for what is asked beside it. */
  readonly patienceMs?: number | undefined;
  /** Milliseconds, by a clock that nobody sets. */
  readonly clock?: () => number;
  /** For what a question beside the looks may take. */
  readonly besideMs?: number;
}

/**
 * Remembers what needs not be asked each time.
 *
 * @param pool of two connections or more, or a look waits for what is asked beside it
 */
export function databasePulse(pool: Pool, asking: Asking = {}): () => Promise<DatabasePulse> {
  const letters = lettersByReason();
  const beside = besideLooks(pool, asking);
  return async () => {
    const until = Date.now() + LONGEST_MS;
    const { counted, ...atEase } = await beside();
    const work = async (transaction: Transaction): Promise<DatabasePulse> => {
      const ledger = await readLedger(transaction);
      await transaction.query(BY_INDEXES);
      return {
        ledger,
        deliveries: await readLatestDeliveries(transaction),
        loads: await readLatestLoads(transaction),
        letters: counted ? await letters.read(transaction, counted) : null,
        newest: await readNewest(transaction),
        ...atEase,
      };
    };
    return inTransactionUntil(pool, until, work, SNAPSHOT);
  };
}

/** Each in a transaction of its own, so that one which takes too long takes no other figure with it. */
function besideLooks(pool: Pool, { intervals, clock, patienceMs, besideMs = LONGEST_BESIDE_MS }: Asking) {
  const ease = { turn: inTurn(), ...(clock && { clock }), ...(patienceMs !== undefined && { patienceMs }) };
  const ask = <Value>(question: (transaction: Transaction) => Promise<Value>): Promise<Value> => {
    const work = async (transaction: Transaction) => {
      await transaction.query(BY_INDEXES);
      return question(transaction);
    };
    return inTransactionUntil(pool, Date.now() + besideMs, work, SNAPSHOT);
  };
  const counted = atEase<CountedLetters>(
    async (last) => (last?.isSettled ? last : ask((transaction) => countLetters(transaction, last))),
    ease,
  );
  const unsent = atEase(() => ask(readUnsentByTopic), ease);
  const jobs = atEase(() => ask((transaction) => readWaitingJobs(transaction, intervals)), ease);
  const count = (what: keyof Counts) => atEase(() => ask((transaction) => readCount(transaction, what)), ease);
  const [products, hours, days, curated] = [count('products'), count('hours'), count('days'), count('curated')];
  return async () => {
    // All at once, or each would wait for those before it.
    const [letters, waiting, overdue, ...counts] = await Promise.all([
      ...([counted(), unsent(), jobs()] as const),
      ...([products(), hours(), days(), curated()] as const),
    ]);
    const [ofProducts = null, ofHours = null, ofDays = null, ofCurated = null] = counts;
    return {
      ...{ counted: letters, unsent: waiting ?? null, jobs: overdue ?? null },
      counts: { products: ofProducts, hours: ofHours, days: ofDays, curated: ofCurated },
    };
  };
}
