/** Dead letters by reason, at the cost of those that came since the last look. */
import type { Transaction } from '#adapters/postgres/index.ts';

type Counts = ReadonlyMap<string, number>;

/** A letter of this id and all before it are there for good or never will be, once `xmax` and all transactions before it have ended. */
interface Mark {
  readonly id: number;
  readonly xmax: bigint;
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

/** By an index alone, which has the reasons in order. */
const ALL = 'select reason, count(*) as letters from ledger.dead_letters group by reason';

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

const OPEN = `
  select reason, count(*) as letters
  from ledger.dead_letters
  inner join ledger.deliveries using (delivery_id)
  where dead_letter_id >= $1 and state <> 'committed'
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

/** Remembers the counts of what is settled. */
export function lettersByReason() {
  let settled: { readonly upTo: number; readonly counts: Counts } | undefined;
  let mark: Mark | undefined;
  return {
    /** @param transaction with one snapshot for all of its statements */
    async read(transaction: Transaction): Promise<Counts> {
      const [snapshot] = (await transaction.query<Snapshot>(SNAPSHOT)).rows as [Snapshot];
      const reached = mark && BigInt(snapshot.xmin) >= mark.xmax ? mark.id : undefined;
      if (!mark || reached !== undefined) mark = { id: snapshot.newest, xmax: BigInt(snapshot.xmax) };
      const upTo = Math.min(reached ?? 0, (snapshot.open ?? Number.POSITIVE_INFINITY) - 1);
      if (!settled) {
        const open = snapshot.open === null ? [] : (await transaction.query<Row>(OPEN, [snapshot.open])).rows;
        const all = subtract(countsOf((await transaction.query<Row>(ALL)).rows, 'letters'), countsOf(open, 'letters'));
        if (reached === undefined) return all;
        const later = (await transaction.query<Row>(SINCE, [upTo, upTo])).rows;
        settled = { upTo, counts: subtract(all, countsOf(later, 'letters')) };
        return all;
      }
      const { rows } = await transaction.query<Row>(SINCE, [settled.upTo, upTo]);
      const now = add(settled.counts, countsOf(rows, 'letters'));
      if (upTo > settled.upTo) settled = { upTo, counts: add(settled.counts, countsOf(rows, 'settled')) };
      return now;
    },
  };
}

const countsOf = (rows: readonly Row[], what: 'letters' | 'settled'): Counts =>
  new Map(rows.map((row) => [row.reason, row[what]]));

function add(counts: Counts, more: Counts, sign = 1): Counts {
  const sum = new Map(counts);
  for (const [reason, count] of more) sum.set(reason, (sum.get(reason) ?? 0) + sign * count);
  for (const [reason, count] of sum) if (count === 0) sum.delete(reason);
  return sum;
}

const subtract = (counts: Counts, less: Counts): Counts => add(counts, less, -1);
