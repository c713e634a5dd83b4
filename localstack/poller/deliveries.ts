/**
 * The poller's state: its partitions, their waiting records, the records that the function has now, and how far each
 * partition is processed. Plain data and its transitions, without I/O.
 */
import type { Fetched } from '#adapters/kafka/index.ts';
import { type EventSource, encodeRecord, weightOf } from '#adapters/kafka/lambda-event.ts';
import { type Limits, type NextBatch, nextBatch, type Waiting } from './batching.ts';

export interface Deliveries {
  readonly source: EventSource;
  readonly limits: Limits;
  /** The partitions that the group has assigned to us. */
  readonly owned: Map<number, Partition>;
  /** Partitions whose records the function has now, even if the partition has been lost since. */
  readonly busy: Set<number>;
}

/** One partition for as long as it stays ours. If it is lost and comes back, it is a new object. */
export interface Partition {
  readonly partition: number;
  readonly weight: number;
  waiting: readonly Received[];
  waitingBytes: number;
  /** The next offset to fetch; undefined until the first fetch says where the group had committed. */
  next: number | undefined;
  /** Whether the broker has removed records before `next` that were never fetched, and no record has come since. */
  jumped: boolean;
  /** All records before this offset are processed. */
  processed: number | undefined;
  committed: number | undefined;
}

export interface Received extends Waiting {
  readonly offset: number;
  /** The offset to commit once this record is processed: after it, and after transaction markers that follow it. */
  readonly after: number;
  /** Whether records were removed between the one before it and this one: then it begins a batch. */
  readonly jumped: boolean;
  readonly json: string;
}

/** The broker no longer had the next offset, so the partition is read on from an earlier or a later one. */
export interface Moved {
  readonly kind: 'went-back' | 'jumped';
  readonly partition: number;
  /** The offset that should have been next. */
  readonly from: number;
  readonly to: number;
}

export type Batch = ReadonlyMap<Partition, readonly Received[]>;

export const newDeliveries = (source: EventSource, limits: Omit<Limits, 'eventWeight'>): Deliveries => ({
  source,
  limits: { ...limits, eventWeight: weightOf.event(source) },
  owned: new Map(),
  busy: new Set(),
});

/**
 * The group has rebalanced. Partitions that stay with a member that never left the group go on where they are; all others
 * begin at the committed offset, and records fetched of them before are dropped.
 *
 * @returns the offset from which to go on fetching each kept partition
 */
export function assign(
  { owned, source }: Deliveries,
  partitions: readonly number[],
  continued: boolean,
): Map<number, number> {
  const kept = continued ? new Map(owned) : new Map<number, Partition>();
  owned.clear();
  for (const partition of partitions)
    owned.set(partition, kept.get(partition) ?? newPartition(source.topic, partition));
  return new Map([...owned].flatMap(([partition, { next }]) => (next === undefined ? [] : [[partition, next]])));
}

/**
 * A fetch begins where the one before ended, whatever gaps Kafka has of its own (transaction markers, compaction). Where it
 * doesn't, the broker had refused the offset: retention removed it, or the log is another.
 */
export function receive(deliveries: Deliveries, fetched: Fetched, now: number): Moved | undefined {
  const { owned, source } = deliveries;
  let partition = owned.get(fetched.partition);
  if (!partition) return undefined;
  const moved = move(partition, fetched);
  if (moved?.kind === 'went-back') {
    // The log was truncated or recreated: its offsets now stand for other records.
    partition = newPartition(source.topic, fetched.partition);
    owned.set(fetched.partition, partition);
  }
  const jumped = partition.jumped || moved?.kind === 'jumped';
  const received = fetched.records.map((record, index): Received => {
    const json = encodeRecord(source.topic, fetched.partition, record);
    const after = index === fetched.records.length - 1 ? fetched.next : record.offset + 1;
    return {
      offset: record.offset,
      after,
      jumped: jumped && index === 0,
      json,
      weight: weightOf.record(json),
      arrivedAt: now,
    };
  });
  partition.waiting = [...partition.waiting, ...received];
  partition.waitingBytes += received.reduce((bytes, { weight }) => bytes + weight, 0);
  partition.next = fetched.next;
  partition.jumped = jumped && received.length === 0;
  return moved;
}

function move({ partition, next }: Partition, { from }: Fetched): Moved | undefined {
  if (next === undefined || from === next) return undefined;
  return { kind: from < next ? 'went-back' : 'jumped', partition, from: next, to: from };
}

/** Whether a whole batch of the partition waits, besides the one that the function may have: then fetching pauses. */
export const isFull = ({ limits }: Deliveries, { waiting, waitingBytes }: Partition): boolean =>
  waiting.length >= limits.records || waitingBytes >= limits.bytes;

/** Takes a batch out of the waiting records, if one is due; its partitions are busy until `finish` or `retry` frees them. */
export function cut(
  { owned, busy, limits }: Deliveries,
  now: number,
): { readonly kind: 'batch'; readonly batch: Batch } | Exclude<NextBatch, { kind: 'cut' }> {
  const queues = [...owned.values()]
    .filter(({ partition }) => !busy.has(partition))
    .map(({ partition, weight, waiting }) => ({ partition, weight, records: untilJump(waiting) }));
  const next = nextBatch(queues, limits, now);
  if (next.kind !== 'cut') return next;

  const batch = new Map<Partition, readonly Received[]>();
  for (const [number, count] of next.counts) {
    const partition = owned.get(number);
    if (!partition) continue;
    const taken = partition.waiting.slice(0, count);
    partition.waiting = partition.waiting.slice(count);
    partition.waitingBytes -= taken.reduce((bytes, { weight }) => bytes + weight, 0);
    batch.set(partition, taken);
    busy.add(number);
  }
  return { kind: 'batch', batch };
}

/**
 * A batch ends where records were removed: those before and after it come in different events, so that the function sees
 * the hole in front of a batch, where it looks for one.
 */
function untilJump(waiting: readonly Received[]): readonly Received[] {
  const jump = waiting.findIndex(({ jumped }, index) => jumped && index > 0);
  return jump === -1 ? waiting : waiting.slice(0, jump);
}

/**
 * The function has processed the batch: where a partition is still ours, its offsets may be committed. All of the batch's
 * partitions are free for the next one.
 */
export function finish({ owned, busy }: Deliveries, batch: Batch): void {
  for (const [partition, records] of batch) {
    const last = records.at(-1);
    if (last && owned.get(partition.partition) === partition) partition.processed = last.after;
    busy.delete(partition.partition);
  }
}

/**
 * The function has failed: partitions that were lost meanwhile are free, and may have come back with records that wait.
 *
 * @returns the records to deliver again, of the partitions that are still ours
 */
export function retry({ owned, busy }: Deliveries, batch: Batch): Batch {
  const again = new Map<Partition, readonly Received[]>();
  for (const [partition, records] of batch)
    if (owned.get(partition.partition) === partition) again.set(partition, records);
    else busy.delete(partition.partition);
  return again;
}

/** The offset to commit for each partition that has advanced since its last commit. */
export const uncommitted = ({ owned }: Deliveries): Map<number, number> =>
  new Map(
    [...owned].flatMap(([number, { processed, committed }]) =>
      processed === undefined || processed === committed ? [] : [[number, processed]],
    ),
  );

export function committed({ owned }: Deliveries, offsets: ReadonlyMap<number, number>): void {
  for (const [number, offset] of offsets) {
    const partition = owned.get(number);
    if (partition) partition.committed = offset;
  }
}

const newPartition = (topic: string, partition: number): Partition => ({
  partition,
  weight: weightOf.partition(topic, partition),
  waiting: [],
  waitingBytes: 0,
  next: undefined,
  jumped: false,
  processed: undefined,
  committed: undefined,
});
