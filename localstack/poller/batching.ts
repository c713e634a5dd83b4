/**
 * When Lambda's Kafka event source cuts a batch: at BatchSize records, at 6 MB, or at the end of the window that opened
 * with the batch's first record, whichever comes first
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching).
 * A batch may span several partitions.
 */

export interface Limits {
  readonly records: number;
  /** The event's size, including the `eventWeight` of an event without records. */
  readonly bytes: number;
  readonly eventWeight: number;
  readonly windowMilliseconds: number;
}

export interface Waiting {
  /** Bytes in the event. */
  readonly weight: number;
  /** Milliseconds, by the same clock as `now`. */
  readonly arrivedAt: number;
}

/** A partition that has no invocation under way, and its records in the order of their offsets. */
export interface Queue {
  readonly partition: number;
  /** Bytes that the partition adds to an event apart from its records. */
  readonly weight: number;
  readonly records: readonly Waiting[];
}

/** Cut these numbers of records from the front of each partition; wait this long for more; or nothing to do. */
export type NextBatch =
  | { readonly kind: 'cut'; readonly counts: ReadonlyMap<number, number> }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'nothing' };

/** Takes partitions by the age of their first record, the oldest first, so that none starves. */
export function nextBatch(queues: readonly Queue[], limits: Limits, now: number): NextBatch {
  const oldestFirst = queues.filter(({ records }) => records.length > 0).sort((a, b) => openedAt(a) - openedAt(b));
  const [oldest] = oldestFirst;
  if (!oldest) return { kind: 'nothing' };

  const { counts, full } = fill(oldestFirst, limits);
  const wait = openedAt(oldest) + limits.windowMilliseconds - now;
  return full || wait <= 0 ? { kind: 'cut', counts } : { kind: 'wait', milliseconds: wait };
}

function fill(queues: readonly Queue[], limits: Limits): { counts: Map<number, number>; full: boolean } {
  const counts = new Map<number, number>();
  let records = 0;
  let bytes = limits.eventWeight;
  for (const queue of queues) {
    bytes += queue.weight;
    let taken = 0;
    for (const { weight } of queue.records) {
      bytes += weight;
      // At least one record, whatever its weight; the poller's own always fit (domain/deliverable.ts).
      if (records > 0 && (records === limits.records || bytes > limits.bytes)) return { counts, full: true };
      records += 1;
      taken += 1;
      counts.set(queue.partition, taken);
    }
  }
  return { counts, full: records === limits.records || bytes >= limits.bytes };
}

const openedAt = ({ records }: Queue): number => records[0]?.arrivedAt ?? Number.POSITIVE_INFINITY;
