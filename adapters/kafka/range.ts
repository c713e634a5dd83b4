/** Reads ranges of a topic's partitions once, as a consumer group of its own that commits nothing. */
import { type ConsumedRecord, type Fetched, type GroupMember, type GroupOptions, joinGroup } from './consumer.ts';

export interface ReadRange {
  readonly from: number;
  /** The offset after the last one. */
  readonly to: number;
}

/** Some of a range's records, in the order of their offsets. */
export interface Fragment {
  readonly partition: number;
  readonly records: readonly ConsumedRecord[];
}

export interface ReadOptions {
  /** Fetches little at once, for a reader with little memory that asks for few records. */
  readonly sparingly?: boolean;
  /** Ends the reading, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Fetches that may wait for the caller, and their bytes. */
const USUALLY = { mostWaiting: 8, fetchBytes: undefined };
const SPARINGLY = { mostWaiting: 4, fetchBytes: 64 * 1024 };

/**
 * @param ranges of every partition; one that is not to be read has an empty range at its end
 * @throws if the connection is lost, or if Kafka removes records of a range before they are read
 */
export async function* readRanges(
  group: Pick<GroupOptions, 'bootstrapServers' | 'login' | 'tls' | 'clientId' | 'log' | 'groupId' | 'topic'>,
  ranges: ReadonlyMap<number, ReadRange>,
  { sparingly = false, signal }: ReadOptions = {},
): AsyncGenerator<Fragment> {
  signal?.throwIfAborted();
  const { mostWaiting, fetchBytes } = sparingly ? SPARINGLY : USUALLY;
  const left = new Map([...ranges].filter(([, { from, to }]) => from < to));
  if (left.size === 0) return;
  const waiting: Fetched[] = [];
  let arrival = Promise.withResolvers<void>();
  let failure: Error | undefined;
  let joined = false;
  let held = false;
  let member: GroupMember | undefined;

  const fail = (error: Error) => {
    failure ??= error;
    arrival.resolve();
  };
  const hold = (on: boolean) => {
    if (!member || held === on) return;
    held = on;
    for (const partition of left.keys()) on ? member.pause(partition) : member.resume(partition);
  };
  member = await joinGroup({
    ...group,
    fetchBytes,
    startingPosition: 'TRIM_HORIZON',
    assigned() {
      if (joined) fail(new Error(`The connection to Kafka was lost while ${group.topic} was read; read it again.`));
      joined = true;
      return new Map([...ranges].map(([partition, { from }]) => [partition, from]));
    },
    fetched(fetched) {
      waiting.push(fetched);
      if (waiting.length >= mostWaiting) hold(true);
      arrival.resolve();
    },
    failed: fail,
  });
  const abort = () => fail(signal?.reason);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    while (left.size > 0) {
      if (failure) throw failure;
      const fetched = waiting.shift();
      if (!fetched) {
        hold(false);
        await arrival.promise;
        arrival = Promise.withResolvers();
        continue;
      }
      const { partition, next } = fetched;
      const range = left.get(partition);
      if (!range) {
        member.pause(partition);
        continue;
      }
      if (fetched.from > range.from)
        throw new Error(
          `Kafka removed offsets ${range.from} to ${fetched.from - 1} of ${group.topic} partition ${partition} before they were read.`,
        );
      if (next < range.to) left.set(partition, { ...range, from: next });
      else left.delete(partition);
      const records = fetched.records.filter(({ offset }) => offset >= range.from && offset < range.to);
      if (records.length > 0) yield { partition, records };
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    await member.leave();
  }
}
