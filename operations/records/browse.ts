/** Looks through a topic: from its end, its beginning, an offset or a time on, for all records or those that meet a filter. */
import type { KafkaConnection, PartitionOffsets } from '#adapters/kafka/index.ts';
import { catalogue } from '#domain/streams.ts';
import type { Backbone } from '../backbone.ts';
import { parseFilter } from './filter.ts';
import { matcherOf } from './matching.ts';
import { IN_A_LIST, idsIn, type Message, toMessage } from './message.ts';
import { tell, type Untold } from './told.ts';
import {
  behind,
  countLeft,
  type Direction,
  isOver,
  type LeftOfAll,
  leftAfter,
  merge,
  nextWindow,
  readCursor,
  writeCursor,
} from './windows.ts';

/** Where to begin. From the newest on one reads backwards, else towards newer ones; from the end on, only those that are yet to come. */
export type From = 'newest' | 'oldest' | 'end' | { readonly offset: number } | { readonly time: Date };

export interface BrowseRequest {
  /** That there is. */
  readonly topic: string;
  readonly from: From;
  /** All, if it is undefined. */
  readonly partition?: number | undefined;
  /** As filter.ts describes it. */
  readonly filter?: string | undefined;
  /** Records to hand over at most. */
  readonly limit: number;
  /** Goes on where an earlier answer ended (its `next`), in its direction. */
  readonly after?: string | undefined;
}

/** How far a search has come, in offsets; some of them may have no record. */
export interface BrowseProgress {
  readonly scanned: number;
  /** From where it began to the topic's end on that side. */
  readonly of: number;
  readonly found: number;
}

export type BrowseStep =
  /** Records, in the order of reading; `progress` counts them. */
  | { readonly messages: readonly Message[]; readonly progress: BrowseProgress }
  | { readonly progress: BrowseProgress }
  /**
   * The last one. `all`: the topic has no more on that side. `limit`: as many as were asked for. `stopped`: the signal ended it.
   *
   * `next` goes on there; null if nothing is left. `here` goes on there even then, for who follows a topic.
   */
  | {
      readonly ended: 'all' | 'limit' | 'stopped';
      readonly next: string | null;
      readonly here: string;
      readonly progress: BrowseProgress;
    };

/** Offsets of a partition that a search reads at once: few at first, since what one looks for is often near. */
const [FIRST_WINDOW, LARGEST_WINDOW] = [1_000, 25_000];

/** Records read between two reports of progress. */
const REPORT_EVERY = 5_000;

/** A request that names what there is not: what was expected, and what came. */
export class NoSuchPlace extends Error {
  override readonly name = 'NoSuchPlace';
}

/**
 * The memory that it takes follows from `limit`, however long the topic is. Records of several partitions come by time; those that a
 * filter finds so within each window.
 *
 * @param signal stops it; records of the window that was being read are left to whoever goes on
 * @throws FilterError or NoSuchPlace for what a person can correct
 */
export async function* browse(
  backbone: Pick<Backbone, 'pool' | 'kafka'>,
  request: BrowseRequest,
  signal?: AbortSignal,
): AsyncGenerator<BrowseStep> {
  const { topic, limit } = request;
  const stream = catalogue.find((each) => each.topic === topic);
  const terms = parseFilter(request.filter ?? '');
  const matches = matcherOf(terms, stream?.event);
  const idOf = idsIn(topic);
  const kafka = await backbone.kafka();
  const offsets = await kafka.offsets(topic);
  let { left, direction } = await begin(kafka, request, offsets);
  const of = countLeft(left);
  let found = 0;
  let size = terms.length === 0 ? limit : Math.max(limit, FIRST_WINDOW);
  const progress = (read = 0): BrowseProgress => ({ scanned: of - countLeft(left) + read, of, found });

  while (!isOver(left) && found < limit) {
    const window = nextWindow(left, direction, size);
    const kept = keeper(window.keys(), direction, limit - found);
    let [read, reported] = [0, 0];
    try {
      for await (const { partition, records } of kafka.read(topic, window, signal && { signal })) {
        for (const record of records)
          if (matches(record, partition))
            kept.add(partition, () => ({
              ...toMessage(partition, record, IN_A_LIST),
              ...{ id: idOf(record), millis: record.timestamp },
            }));
        read += records.length;
        if (read - reported < REPORT_EVERY) continue;
        reported = read;
        yield { progress: { ...progress(read), found: found + kept.count() } };
      }
    } catch (error) {
      if (!signal?.aborted) throw error;
      const here = writeCursor(left, direction);
      yield { ended: 'stopped', next: here, here, progress: progress() };
      return;
    }
    // A search hands over what it finds; without a filter the order is exact.
    const goesOn = terms.length === 0 ? (partition: number) => behind(left, window, partition) : undefined;
    const taken = merge(kept.rows(), direction, limit - found, goesOn);
    const taking = new Set(taken);
    found += taken.length;
    left = leftAfter(left, window, direction, taken, (partition) => kept.isAll(partition, taking));
    if (taken.length > 0) yield { messages: await told(backbone, topic, taken, offsets), progress: progress() };
    else yield { progress: progress() };
    size = Math.min(size * 4, LARGEST_WINDOW);
  }
  const over = isOver(left);
  const here = writeCursor(left, direction);
  yield { ended: over ? 'all' : 'limit', next: over ? null : here, here, progress: progress() };
}

/** A record with the time that partitions are merged by. */
type Kept = Untold & { readonly millis: number };

/** Keeps of each partition as many as can be handed over: of those that come in the order of their offsets, the last or the first. */
function keeper(of: Iterable<number>, direction: Direction, most: number) {
  const partitions = new Map([...of].map((partition) => [partition, { rows: [] as Kept[], left: false }]));
  return {
    add(partition: number, make: () => Kept): void {
      const own = partitions.get(partition);
      if (!own) return;
      if (own.rows.length >= most) {
        own.left = true;
        if (direction === 'on') return;
        own.rows.shift();
      }
      own.rows.push(make());
    },
    rows: () => new Map([...partitions].map(([partition, { rows }]) => [partition, rows])),
    count: () => [...partitions.values()].reduce((sum, { rows }) => sum + rows.length, 0),
    isAll: (partition: number, taken: ReadonlySet<Kept>) => {
      const own = partitions.get(partition);
      return !own || (!own.left && own.rows.every((row) => taken.has(row)));
    },
  };
}

/** Messages are worth showing even if nobody can tell what became of them. */
async function told(
  backbone: Pick<Backbone, 'pool'>,
  topic: string,
  kept: readonly Kept[],
  offsets: readonly PartitionOffsets[],
): Promise<Message[]> {
  const untold = kept.map(({ millis: _, ...message }) => message);
  return tell(backbone, topic, untold, offsets).catch(() =>
    untold.map(({ id: _, ...message }) => ({ ...message, fate: null })),
  );
}

async function begin(
  kafka: KafkaConnection,
  { topic, from, partition, after }: BrowseRequest,
  offsets: readonly PartitionOffsets[],
): Promise<{ left: LeftOfAll; direction: Direction }> {
  const wanted = partition === undefined ? offsets : offsets.filter((each) => each.partition === partition);
  if (wanted.length === 0)
    throw new NoSuchPlace(`Expected a partition of ${topic} below ${offsets.length}, got ${partition}.`);
  const cursor = after === undefined ? undefined : readCursor(after);
  if (after !== undefined && !cursor)
    throw new NoSuchPlace(`Expected a place to go on from, as an answer gives it, got ${after}.`);
  const direction = cursor?.direction ?? (from === 'newest' ? 'back' : 'on');
  const starts = await startsOf(kafka, topic, from);
  const left = wanted.map(({ partition, earliest, latest }) => {
    const start = from === 'end' ? latest : (starts(partition) ?? earliest);
    const at = Math.min(Math.max(cursor?.at.get(partition) ?? start, earliest), latest);
    const isBack = direction === 'back';
    const begun = cursor?.at.get(partition) ?? (isBack ? latest : at);
    return [partition, isBack ? { from: earliest, to: Math.min(begun, latest) } : { from: at, to: latest }] as const;
  });
  return { left: new Map(left), direction };
}

async function startsOf(
  kafka: KafkaConnection,
  topic: string,
  from: From,
): Promise<(partition: number) => number | undefined> {
  if (typeof from === 'string') return () => undefined;
  if ('offset' in from) return () => from.offset;
  const at = await kafka.offsetsAt(topic, from.time);
  return (partition) => at.get(partition);
}
