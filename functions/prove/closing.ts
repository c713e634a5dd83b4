/** What a balanced proof closes, so that the next one needn't read it again. */
import { inTransactionUntil, type Pool, type Transaction } from '#adapters/postgres/index.ts';
import type { Stream } from '#domain/streams.ts';
import { plus, SUMS, sumOf } from './delivery-sums.ts';
import type { LedgerTotals } from './ledger-totals.ts';
import { IN_TIME } from './passing.ts';
import type { Movements } from './pipelines/movements.ts';
import type { Proof } from './proof.ts';
import { query } from './queries.ts';
import { type ProofOptions, reaches } from './request.ts';
import { type ClosedPartition, ofStream, type Scope } from './scope.ts';

export interface NextClosing {
  readonly partitions: readonly ClosedPartition[];
  /** Product → the sum of its closed movements. */
  readonly stock: ReadonlyMap<string, number>;
  /** Products of which there is a note, and no movement. */
  readonly gone: readonly string[];
  readonly openHours: readonly string[];
  readonly scope: Scope;
}

/** Something that waits too long is no reason to read again what is there. */
export const mayClose = ({ checks }: Proof, { depth }: ProofOptions): boolean =>
  reaches(depth, 'objects') && checks.every(({ balanced, name }) => balanced || name.endsWith(IN_TIME));

/** In the proof's own snapshot. @param uncompared hours of payments that this proof could not compare in full */
export async function nextClosing(
  transaction: Transaction,
  scope: Scope,
  closable: readonly ClosedPartition[],
  { noted, sums }: Movements,
  uncompared: readonly string[],
): Promise<NextClosing> {
  const partitions: ClosedPartition[] = [];
  for (const closed of closable)
    partitions.push({ ...closed, takenBefore: await takenBefore(transaction, closed, scope) });
  const hours = await query<{ hour: string }>(transaction, 'transactions_open_hours');
  const openHours = [...new Set([...hours.map(({ hour }) => hour), ...uncompared])].sort();
  return { partitions, stock: sums, gone: [...noted.keys()].filter((product) => !sums.has(product)), openHours, scope };
}

/**
 * What a stream's partitions are closed to, but for `takenBefore`. A partition is closed up to its first delivery that isn't settled: one
 * that has yet to be loaded, or whose object has yet to be looked at. Deliveries of a partition are committed in the order of their
 * offsets, whatever their ids.
 */
export function closeStream(
  stream: Stream,
  { partitions, deliveries }: LedgerTotals,
  unsettled: ReadonlySet<number>,
  scope: Scope,
): ClosedPartition[] {
  return ofStream(scope.partitions, stream).map((closed) => {
    const own = deliveries.filter(({ partition }) => partition === closed.partition);
    const end = partitions.find(({ partition }) => partition === closed.partition)?.nextOffset ?? closed.beforeOffset;
    const beforeOffset = own
      .filter((delivery) => unsettled.has(delivery.deliveryId))
      .reduce((least, { firstOffset }) => Math.min(least, firstOffset), end);
    const settled = own.filter(({ lastOffset }) => lastOffset < beforeOffset);
    const sums = scope.all ? sumOf(settled) : plus(closed, sumOf(settled));
    return { ...closed, ...sums, beforeOffset };
  });
}

async function takenBefore(transaction: Transaction, closed: ClosedPartition, { all }: Scope): Promise<number> {
  const { consumer, topic, partition, beforeOffset } = closed;
  const from = all ? 0 : Math.min(closed.takenBefore, beforeOffset);
  const [found] = await query<{ waiting: number | null }>(transaction, 'taken_before', [
    consumer,
    topic,
    partition,
    from,
  ]);
  return Math.min(found?.waiting ?? beforeOffset, beforeOffset);
}

/**
 * @returns whether it is closed now; false if another proof has closed something meanwhile, or has found something off: of that this one's
 * snapshot, which is older, knows nothing, and what is closed isn't read again
 */
export function close(pool: Pool, next: NextClosing, deadline: number): Promise<boolean> {
  return inTransactionUntil(pool, deadline, async (transaction) => {
    const { closing } = next.scope;
    const { rowCount } = await transaction.query(
      `update ledger.closing
       set closings = closings + 1, closed_at = $2, transformed_as_of = $3, open_hours = $4::timestamptz[]
       where closings = $1
         and not exists (
           select from ledger.proofs
           where not balanced and proved_at > $2::timestamptz - interval '1 hour' and proved_at + took > $2
         )`,
      [closing.closings, closing.now, closing.transformedNow, next.openHours],
    );
    if (rowCount !== 1) return false;
    const column = (of: keyof ClosedPartition) => next.partitions.map((closed) => closed[of]);
    await transaction.query(CLOSE_PARTITIONS, PARTITION_COLUMNS.map(column));
    await transaction.query(
      `insert into ledger.closed_stock select * from unnest($1::text[], $2::bigint[])
       on conflict (product_id) do update set change = excluded.change where closed_stock.change <> excluded.change`,
      [[...next.stock.keys()], [...next.stock.values()]],
    );
    await transaction.query('delete from ledger.closed_stock where product_id = any($1)', [next.gone]);
    return true;
  });
}

/** In the order of the statement's columns. */
const PARTITION_COLUMNS: readonly (keyof ClosedPartition)[] = [
  ...(['consumer', 'topic', 'partition', 'beforeOffset', 'takenBefore'] as const),
  ...SUMS,
];

const CLOSE_PARTITIONS = `
  insert into ledger.closed_partitions (consumer, topic, partition, before_offset, taken_before, deliveries, records, accepted,
    duplicates, dead_letters, inserted, repeats, conflicts, fingerprint)
  select *
  from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
    $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::numeric[])
  on conflict (consumer, topic, partition) do update set
    before_offset = excluded.before_offset,
    taken_before = excluded.taken_before,
    deliveries = excluded.deliveries,
    records = excluded.records,
    accepted = excluded.accepted,
    duplicates = excluded.duplicates,
    dead_letters = excluded.dead_letters,
    inserted = excluded.inserted,
    repeats = excluded.repeats,
    conflicts = excluded.conflicts,
    fingerprint = excluded.fingerprint`;
