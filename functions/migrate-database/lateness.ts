/** From when on a payment is late, as the configuration says: transformation, data quality and proof read it in the database. */
import { inTransactionUntil, type Pool, retryTransaction, type Transaction } from '#adapters/postgres/index.ts';
import { takeTurn } from '#delivery/turns.ts';

export interface LatenessSet {
  readonly after_seconds: number;
  /** Hours that the next transformation makes anew, since a payment of theirs is judged otherwise now. */
  readonly hours: number;
}

/**
 * Changes nothing if it is so already. Until the hours are transformed they stay as they were, and proof and data quality leave them out, as
 * they do with all that wait.
 *
 * @param deadline when it must have ended, in milliseconds since 1970; it waits for a transformation that runs
 */
export const setLateness = (pool: Pool, afterSeconds: number, deadline: number): Promise<LatenessSet> =>
  retryTransaction(Number.POSITIVE_INFINITY, () =>
    inTransactionUntil(pool, deadline, (transaction) => set(transaction, afterSeconds)),
  );

async function set(transaction: Transaction, afterSeconds: number): Promise<LatenessSet> {
  const { rowCount: same } = await transaction.query('select from payments.lateness where after_seconds = $1', [
    afterSeconds,
  ]);
  if (same === 1) return { after_seconds: afterSeconds, hours: 0 };
  // A transformation that began before would write hours by the old lateness, which are not there to be marked yet.
  try {
    await takeTurn(transaction, 'run-transformations');
    await transaction.query(SET, [afterSeconds]);
    const { rowCount: hours } = await transaction.query(MARK_HOURS, [afterSeconds]);
    return { after_seconds: afterSeconds, hours: hours ?? 0 };
  } catch (error) {
    throw (error as { code?: string }).code === TOO_LONG ? tooLong(afterSeconds, error) : error;
  }
}

/** The server's code for a statement that it ended at the deadline. */
const TOO_LONG = '57014';

const tooLong = (afterSeconds: number, cause: unknown): Error =>
  new Error(
    `Expected to set late.after_seconds to ${afterSeconds} in the time that the deployment has, and it was up: it waits for a run of ` +
      'process_kafka_to_postgres, and reads all clean payments. Nothing of it took effect. Pause that DAG, let its run end, and deploy again; ' +
      'if it takes too long by itself, deploy with the value that was there, and see docs/runbook.md, "Another lateness takes too long".',
    { cause },
  );

const SET = `
  insert into payments.lateness (after_seconds) values ($1)
  on conflict (is_the_only_row) do update set after_seconds = excluded.after_seconds`;

/** In their order, as store-transactions marks them, so that the two cannot deadlock. */
const MARK_HOURS = `
  insert into payments.changed_hours (event_hour)
  select distinct event_hour from payments.transactions_clean where is_late <> (latency_seconds > $1) order by event_hour
  on conflict (event_hour) do update set changed_at = excluded.changed_at`;
