/**
 * What the next version of a stream may change. Kafka keeps records of the last one for days, the lake for years, and producers
 * go on sending them: each must still be read, with the same values. Pure.
 */
import { type ColumnOptions, columnsOf } from './columns.ts';
import { isoSeconds } from './required-from.ts';
import type { Stream } from './stream.ts';

/** What a release has, as docs/released-streams.json notes it. */
export interface Release {
  /** The day on which it was made, such as 2026-11-29. */
  readonly date: string;
  readonly streams: readonly ReleasedStream[];
}

/** A stream as a release has it, in plain values. */
export interface ReleasedStream {
  readonly topic: string;
  readonly key: string;
  /** Of `ids`, the one that tells a record from all others. */
  readonly id: string;
  readonly partitions: number;
  readonly envelope?: string;
  readonly columns: readonly ReleasedColumn[];
}

export interface ReleasedColumn {
  readonly name: string;
  readonly kind: string;
  /** Whether a record from which it is missing is refused. */
  readonly required: boolean;
  /** Whether it may be null. */
  readonly nullable?: boolean;
  /** ISO 8601, UTC: of Kafka's times, the first of which a record without it is refused. */
  readonly requiredFrom?: string;
  /** Of text, characters at most. */
  readonly longest?: number;
  /** The forms that it is declared to accept, if not those of its kind. */
  readonly accepts?: readonly string[];
}

/** What a change breaks, and how the same is reached without. */
export interface Break {
  /** `orders.channel`, or the topic. */
  readonly what: string;
  readonly why: string;
  readonly instead: string;
}

export const releasedStream = ({ topic, key, ids, partitions, envelope, event }: Stream): ReleasedStream => ({
  topic,
  key,
  id: ids[0] ?? key,
  partitions,
  ...(envelope !== undefined && { envelope }),
  columns: columnsOf(event).map(({ name, kind, optional, nullable, requiredFrom, longest, options }) => ({
    name,
    kind,
    required: !optional,
    ...(nullable && { nullable }),
    ...(requiredFrom !== undefined && { requiredFrom: isoSeconds(requiredFrom) }),
    ...(longest !== undefined && { longest }),
    ...(options && { accepts: formsOf(kind, options) }),
  })),
});

/** A column that is declared in no way accepts one form, that of its kind. */
function formsOf(kind: string, { accepts, guests, rounds, unit, codes }: ColumnOptions): readonly string[] {
  if (accepts) return accepts;
  return [unit ?? codes ?? kind, ...(guests ? [String(guests)] : []), ...(rounds ? [rounds] : [])];
}

const formsOfReleased = ({ kind, accepts }: ReleasedColumn): readonly string[] =>
  accepts ?? [kind === 'timestamp' ? 'iso' : kind];

/** What of the released streams the present ones no longer keep, in the order of those. */
export function breaksOf({ date, streams: released }: Release, now: readonly ReleasedStream[]): Break[] {
  const present = new Map(now.map((stream) => [stream.topic, stream]));
  return released.flatMap((before) => {
    const after = present.get(before.topic);
    if (after) return [...ofStream(before, after), ...ofColumns(before, after, date)];
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
  if (before.envelope !== after.envelope)
    yield {
      what,
      why: `its events came ${before.envelope ? `in ${before.envelope}` : 'without an envelope'}, now ${after.envelope ? `in ${after.envelope}` : 'without one'}: records from before become dead letters`,
      instead: 'describe a stream with another topic',
    };
  if (after.partitions < before.partitions)
    yield {
      what,
      why: `it had ${before.partitions} partitions, now ${after.partitions}: Kafka can't take one away`,
      instead: `keep ${before.partitions}`,
    };
}

function* ofColumns(before: ReleasedStream, after: ReleasedStream, date: string): Generator<Break> {
  const columns = new Map(after.columns.map((column) => [column.name, column]));
  for (const column of before.columns) {
    const what = `${before.topic}.${column.name}`;
    const present = columns.get(column.name);
    columns.delete(column.name);
    if (!present)
      yield { what, why: 'the field is gone, and with it the values of new records', instead: 'keep it, as optional' };
    else {
      yield* ofColumn(what, column, present);
      if (!column.required && column.requiredFrom === undefined) yield* ofTime(what, present, date);
    }
  }
  for (const column of columns.values()) {
    const { name, required } = column;
    yield* ofTime(`${before.topic}.${name}`, column, date);
    if (required)
      yield {
        what: `${before.topic}.${name}`,
        why: 'the field is new and required: every record from before it becomes a dead letter',
        instead: 'make it optional (.nullish()), or required from a time on that is yet to come (requiredFrom)',
      };
  }
}

/** A time that the last release came after: records without the field were taken since then. */
function* ofTime(what: string, { requiredFrom }: ReleasedColumn, date: string): Generator<Break> {
  if (requiredFrom !== undefined && requiredFrom < date)
    yield {
      what,
      why: `it is now required from ${requiredFrom} on, before the last release (${date}): records that this took without it become dead letters`,
      instead: 'give a time that is yet to come',
    };
}

function* ofColumn(what: string, before: ReleasedColumn, after: ReleasedColumn): Generator<Break> {
  if (before.kind !== after.kind)
    yield {
      what,
      why: `it was ${before.kind}, now ${after.kind}: objects of the lake and rows of tables hold the other`,
      instead: 'add a field with another name',
    };
  const forms = new Set(formsOfReleased(after));
  const lost = formsOfReleased(before).filter((form) => !forms.has(form));
  if (before.kind === after.kind && lost.length > 0)
    yield {
      what,
      why: `it accepted ${lost.join(' and ')}, and no longer does: such values become dead letters, or other ones`,
      instead: 'declare what it accepted beside the new',
    };
  if (after.required && !before.required)
    yield {
      what,
      why: 'it was optional, now required: a record from before it becomes a dead letter',
      instead: 'keep it optional, or have it required from a time on that is yet to come (requiredFrom)',
    };
  if (before.nullable && !after.nullable)
    yield {
      what,
      why: 'it could be null, and no longer can: a record from before with null becomes a dead letter',
      instead: 'keep it nullable',
    };
  if (before.requiredFrom !== undefined && after.requiredFrom !== undefined && after.requiredFrom < before.requiredFrom)
    yield {
      what,
      why: `it was required from ${before.requiredFrom} on, now from ${after.requiredFrom}: a record from between becomes a dead letter`,
      instead: `keep ${before.requiredFrom}, or a later time`,
    };
  if (before.longest !== undefined && after.longest !== undefined && after.longest < before.longest)
    yield {
      what,
      why: `it took ${before.longest} characters, now ${after.longest}: longer values become dead letters`,
      instead: `keep ${before.longest}`,
    };
}
