/** The usable events of a partition's batch, a column for each field: how they are kept between Kafka and the lake. */
import type { z } from 'zod';
import type { Arena } from './column-values/storage.ts';
import { utf8Storage } from './column-values/utf8.ts';
import { type Column, type ColumnKind, columnsOf, type ValuesOf } from './columns.ts';
import type { OffsetRange } from './deliveries.ts';
import { extraColumn } from './extra-fields.ts';
import { rowsWithin } from './record-frames.ts';
import type { ReadRecord } from './records.ts';

/** A field of all events. */
export type EventColumn = {
  readonly [Kind in ColumnKind]: Column & {
    readonly kind: Kind;
    readonly values: ValuesOf[Kind];
    /** Of a field that may have no value: 1 in each row that has one, else 0. */
    readonly present: Uint8Array | undefined;
  };
}[ColumnKind];

/** A row is an event; rows are in the order of their offsets. */
export interface EventColumns {
  readonly rows: number;
  readonly offsets: Float64Array;
  /** Kafka's, in milliseconds since 1970. */
  readonly timestamps: Float64Array;
  readonly columns: readonly EventColumn[];
  /** The fields that the schema does not know (extra-fields.ts), if they were looked for. */
  readonly extra?: ExtraColumn | undefined;
}

export type ExtraColumn = EventColumn & { readonly kind: 'text'; readonly present: Uint8Array };

/** Columns for so many rows, without values. */
export function allocateColumns(schema: z.ZodObject, rows: number, arena: Arena): EventColumns {
  return {
    rows,
    offsets: new Float64Array(rows),
    timestamps: new Float64Array(rows),
    columns: columnsOf(schema).map((column) => ({
      ...column,
      values: column.storage.allocate(rows, arena) as never,
      present: column.optional || column.nullable ? new Uint8Array(rows) : undefined,
    })),
  };
}

/** Makes an event, as the reference reads it, a row. */
export function putEvent(columns: readonly EventColumn[], row: number, event: object): void {
  for (const { name, storage, values, present } of columns) {
    const value = (event as Readonly<Record<string, unknown>>)[name] ?? null;
    if (present) present[row] = value === null ? 0 : 1;
    if (value !== null) storage.put(values, row, value);
  }
}

/** The column `extra` for so many rows, without values. */
export const allocateExtra = (rows: number, arena: Arena): ExtraColumn => ({
  ...extraColumn,
  values: utf8Storage.allocate(rows, arena),
  present: new Uint8Array(rows),
});

/** Events as they were read one by one. */
export function columnsFrom(schema: z.ZodObject, records: readonly ReadRecord<object>[]): EventColumns {
  const events = allocateColumns(schema, records.length, { bytes: new Uint8Array(), length: 0 });
  for (const [row, record] of records.entries()) {
    events.offsets[row] = record.offset;
    events.timestamps[row] = record.timestamp;
    putEvent(events.columns, row, record.event);
  }
  return events;
}

/** The rows from `from` to before `to`; they share the memory. */
export function part(events: EventColumns, from: number, to: number): EventColumns {
  const { rows, offsets, timestamps, columns, extra } = events;
  if (from === 0 && to === rows) return events;
  const partOf = <Part extends EventColumn>(column: Part): Part => ({
    ...column,
    values: column.storage.part(column.values, from, to) as never,
    present: column.present?.subarray(from, to),
  });
  return {
    rows: to - from,
    offsets: offsets.subarray(from, to),
    timestamps: timestamps.subarray(from, to),
    columns: columns.map(partOf),
    ...(extra && { extra: partOf(extra) }),
  };
}

/** The events whose offsets lie in a range. */
export function eventsWithin(events: EventColumns, range: OffsetRange): EventColumns {
  const { from, to } = rowsWithin(events.offsets, range);
  return part(events, from, to);
}

/** The events as objects; a field without a value is left out. */
export function eventObjects<Event>({ rows, offsets, timestamps, columns }: EventColumns): ReadRecord<Event>[] {
  return Array.from({ length: rows }, (_, row) => {
    const event: Record<string, unknown> = {};
    for (const { name, storage, values, present } of columns)
      if (!present || present[row] === 1) event[name] = storage.get(values, row);
    return { offset: offsets[row] as number, timestamp: timestamps[row] as number, event: event as Event };
  });
}
