/**
 * What the next version of a stream may change. Kafka keeps records of the last one for days, the lake for years, and producers
 * go on sending them: each must still be read, with the same values. Pure.
 */
import { columnsOf } from './columns.ts';
import type { Stream } from './stream.ts';

/** A stream as a release has it, in plain values. */
export interface ReleasedStream {
  readonly topic: string;
  readonly key: string;
  /** Of `ids`, the one that tells a record from all others. */
  readonly id: string;
  readonly partitions: number;
  readonly columns: readonly ReleasedColumn[];
}

export interface ReleasedColumn {
  readonly name: string;
  readonly kind: string;
  /** Whether a record without it is refused. */
  readonly required: boolean;
  /** Of text, characters at most. */
  readonly longest?: number;
}

/** What a change breaks, and how the same is reached without. */
export interface Break {
  /** `orders.channel`, or the topic. */
  readonly what: string;
  readonly why: string;
  readonly instead: string;
}

export const releasedStream = ({ topic, key, ids, partitions, event }: Stream): ReleasedStream => ({
  topic,
  key,
  id: ids[0] ?? key,
  partitions,
  columns: columnsOf(event).map(({ name, kind, optional, nullable, longest }) => ({
    name,
    kind,
    required: !optional && !nullable,
    ...(longest !== undefined && { longest }),
  })),
});

/** What of the released streams the present ones no longer keep, in the order of those. */
export function breaksOf(released: readonly ReleasedStream[], now: readonly ReleasedStream[]): Break[] {
  const present = new Map(now.map((stream) => [stream.topic, stream]));
  return released.flatMap((before) => {
    const after = present.get(before.topic);
    if (after) return [...ofStream(before, after), ...ofColumns(before, after)];
    const why = 'the stream is gone: what is in its topic is consumed by nobody, and its ledger is proved by nobody';
    return [{ what: before.topic, why, instead: 'keep its description, also when nothing is sent any more' }];
  });
}

function* ofStream(before: ReleasedStream, after: ReleasedStream): Generator<Break> {
  const what = before.topic;
  if (before.key !== after.key)
    yield {
      what,
      why: `its records were keyed by ${before.key}, now by ${after.key}: those of one key are in two partitions, out of sequence`,
      instead: 'describe a stream with another topic',
    };
  if (before.id !== after.id)
    yield {
      what,
      why: `a record was known by ${before.id}, now by ${after.id}: repeats of what came before are not recognised`,
      instead: 'describe a stream with another topic',
    };
  if (after.partitions < before.partitions)
    yield {
      what,
      why: `it had ${before.partitions} partitions, now ${after.partitions}: Kafka can't take one away`,
      instead: `keep ${before.partitions}`,
    };
}

function* ofColumns(before: ReleasedStream, after: ReleasedStream): Generator<Break> {
  const columns = new Map(after.columns.map((column) => [column.name, column]));
  for (const column of before.columns) {
    const what = `${before.topic}.${column.name}`;
    const present = columns.get(column.name);
    columns.delete(column.name);
    if (!present)
      yield { what, why: 'the field is gone, and with it the values of new records', instead: 'keep it, as optional' };
    else yield* ofColumn(what, column, present);
  }
  for (const { name, required } of columns.values())
    if (required)
      yield {
        what: `${before.topic}.${name}`,
        why: 'the field is new and required: every record from before it becomes a dead letter',
        instead: 'make it optional (.nullish())',
      };
}

function* ofColumn(what: string, before: ReleasedColumn, after: ReleasedColumn): Generator<Break> {
  if (before.kind !== after.kind)
    yield {
      what,
      why: `it was ${before.kind}, now ${after.kind}: objects of the lake and rows of tables hold the other`,
      instead: 'add a field with another name',
    };
  if (after.required && !before.required)
    yield {
      what,
      why: 'it was optional, now required: a record from before it becomes a dead letter',
      instead: 'keep it optional',
    };
  if (before.longest !== undefined && after.longest !== undefined && after.longest < before.longest)
    yield {
      what,
      why: `it took ${before.longest} characters, now ${after.longest}: longer values become dead letters`,
      instead: `keep ${before.longest}`,
    };
}
