/** Dead letters by reason, at the cost of those that came since the last look. */
import type { Transaction } from '#adapters/postgres/index.ts';

type Counts = ReadonlyMap<string, number>;

/** A letter of this id and all before it are there for good or never will be, once `xmax` and all transactions before it have ended. */
interface Mark {
  readonly id: number;
  readonly xmax: bigint;
}

/** How many letters there were up to an id. */
export interface CountedLetters {
  readonly upTo: number;
  readonly counts: Counts;
  /** Nothing up to there will change any more. */
  readonly isSettled: boolean;
  /** With which it will be settled, or was. */
  readonly mark: Mark;
}

/**
 * The letters that have a lower number than the newest may still come: their transactions took the numbers and go on. So one snapshot
 * gives the mark, and letters up to it are settled when a later snapshot has no transaction of its time any more. Letters of a range that
 * is planned and not committed don't count yet; they lie behind the partition's position.
 */
const SNAPSHOT = `
  with partitions as (
    select * from ledger.partitions
  ),

  open_letters as (
    select min(dead_letter_id) as first
    from partitions
    cross join lateral (
      select delivery_id
      from ledger.deliveries
      where
        (deliveries.consumer, deliveries.topic, deliveries.partition) =
          (partitions.consumer, partitions.topic, partitions.partition)
        and state = 'open'
        and int8range(first_offset, last_offset, '[]') && int8range(next_offset, null)
    ) as planned
    inner join ledger.dead_letters using (delivery_id)
  )

  select
    pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
    pg_snapshot_xmax(pg_current_snapshot())::text as xmax,
    (select coalesce(max(dead_letter_id), 0) from ledger.dead_letters) as newest,
    (select first from open_letters) as open`;

/** By an index alone, which has the reasons in order, and in them the ids. */
const UP_TO = 'select reason, count(*) as letters from ledger.dead_letters where dead_letter_id <= $1 group by reason';

/** Letters after the id ($1) that count, and how many of them are not after the mark ($2). */
const SINCE = `
  select
    reason,
    count(*) as letters,
    count(*) filter (where dead_letter_id <= $2) as settled
  from ledger.dead_letters
  inner join ledger.deliveries using (delivery_id)
  where dead_letter_id > $1 and state = 'committed'
  group by reason`;

interface Snapshot {
  readonly xmin: string;
  readonly xmax: string;
  readonly newest: number;
  readonly open: number | null;
}

interface Row {
  readonly reason: string;
  readonly letters: number;
  readonly settled: number;
}

const readSnapshot = async (transaction: Transaction): Promise<Snapshot> =>
  ((await transaction.query<Snapshot>(SNAPSHOT)).rows as [Snapshot])[0];

const markOf = ({ newest, xmax }: Snapshot): Mark => ({ id: newest, xmax: BigInt(xmax) });
const isReached = (mark: Mark, { xmin }: Snapshot): boolean => BigInt(xmin) >= mark.xmax;
/** No letter up to there belongs to a range that is only planned. */
const before = ({ open }: Snapshot, id: number): number => Math.min(id, (open ?? Number.POSITIVE_INFINITY) - 1);

/**
 * Counts all letters, which takes the longer the more there are: twice in all, now and once nothing up to there changes any more. In
 * between, those are missing whose transactions had taken their numbers and went on.
 *
 * @param transaction with one snapshot for all of its statements
 * @param last what it returned the last time
 */
export async function countLetters(transaction: Transaction, last?: CountedLetters): Promise<CountedLetters> {
  if (last?.isSettled) return last;
  const snapshot = await readSnapshot(transaction);
  const isSettled = last !== undefined && isReached(last.mark, snapshot);
  if (last && !isSettled) return last;
  const mark = last?.mark ?? markOf(snapshot);
  const upTo = before(snapshot, mark.id);
  const { rows } = await transaction.query<Row>(UP_TO, [upTo]);
  return { upTo, counts: countsOf(rows, 'letters'), isSettled, mark };
}

/** Remembers the counts of what is settled. */
export function lettersByReason() {
  let settled: CountedLetters | undefined;
  return {
    /**
     * @param transaction with one snapshot for all of its statements
     * @param counted the latest of `countLetters`
     */
    async read(transaction: Transaction, counted: CountedLetters): Promise<Counts> {
      if (counted.isSettled) settled ??= counted;
      const known = settled ?? counted;
      const snapshot = await readSnapshot(transaction);
      const reached = settled && isReached(settled.mark, snapshot) ? before(snapshot, settled.mark.id) : known.upTo;
      const { rows } = await transaction.query<Row>(SINCE, [known.upTo, reached]);
      if (settled && isReached(settled.mark, snapshot))
        settled = {
          ...{ upTo: Math.max(settled.upTo, reached), isSettled: true, mark: markOf(snapshot) },
          counts: reached > settled.upTo ? add(settled.counts, countsOf(rows, 'settled')) : settled.counts,
        };
      return add(known.counts, countsOf(rows, 'letters'));
    },
  };
}

const countsOf = (rows: readonly Row[], what: 'letters' | 'settled'): Counts =>
  new Map(rows.map((row) => [row.reason, row[what]]));

function add(counts: Counts, more: Counts): Counts {
  const sum = new Map(counts);
  for (const [reason, count] of more) if (count > 0) sum.set(reason, (sum.get(reason) ?? 0) + count);
  return sum;
}
