/**
 * When Lambda's Kafka event source cuts a batch: at BatchSize records, at 6 MB, or when the window has passed that
 * opened with the batch's first record, whatever is reached first
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching).
 * A batch may span several partitions.
 */

export interface Limits {
  readonly records: number;
  /** The event's size, of which `eventWeight` is taken before the first record. */
  readonly bytes: number;
  readonly eventWeight: number;
  readonly windowMilliseconds: number;
}

export interface Waiting {
  /** Bytes in the event. */
  readonly weight: number;
  /** Milliseconds, on the clock that `now` is of. */
  readonly arrivedAt: number;
}

/** A partition that has no invocation under way, and its records in the order of their offsets. */
export interface Queue {
  readonly partition: number;
  /** Bytes that the partition adds to an event apart from its records. */
  readonly weight: number;
  readonly records: readonly Waiting[];
}

/** Cut so many records from the front of each partition; or wait, if nothing comes meanwhile; or nothing is there. */
export type Plan =
  | { readonly kind: 'cut'; readonly counts: ReadonlyMap<number, number> }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'nothing' };

/** Takes the partition whose first record is oldest first, so that none starves. */
export function planBatch(queues: readonly Queue[], limits: Limits, now: number): Plan {
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
      // A record that is too large even for an event of its own is sent alone: refusing it is Lambda's to do.
      if (records > 0 && (records === limits.records || bytes > limits.bytes)) return { counts, full: true };
      records += 1;
      taken += 1;
      counts.set(queue.partition, taken);
    }
  }
  return { counts, full: records === limits.records || bytes >= limits.bytes };
}

const openedAt = ({ records }: Queue): number => records[0]?.arrivedAt ?? Number.POSITIVE_INFINITY;
