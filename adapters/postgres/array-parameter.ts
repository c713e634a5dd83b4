/**
 * A column as one parameter, for `unnest($1::text[], …)`, in PostgreSQL's binary format. node-postgres writes arrays as
 * text, whose quotes are escaped here and parsed there: for JSON values that takes a quarter of a batch's time.
 * https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/utils/adt/arrayfuncs.c (array_recv)
 */
import type { ValuesOf } from '#domain/columns.ts';
import { writeNull, writers } from './binary-values.ts';

/** OIDs: https://github.com/postgres/postgres/blob/REL_17_STABLE/src/include/catalog/pg_type.dat */
const types = { bigint: 20, text: 25, timestamp: 1184 } as const;

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NUMBER_BYTES = 8;

/** Text as a string or as UTF-8, which the server verifies; timestamps in microseconds since 1970. */
export type ArrayElement = string | Uint8Array | bigint | number | null;

/** @returns a parameter of type bigint[], text[] or timestamptz[], which node-postgres sends as it is */
export function arrayParameter(kind: keyof typeof types, elements: readonly ArrayElement[]): Buffer {
  const values = elements.map((element) => (typeof element === 'string' ? Buffer.from(element) : element));
  let size = HEADER_BYTES;
  for (const value of values) size += LENGTH_BYTES + (value instanceof Uint8Array ? value.byteLength : NUMBER_BYTES);
  const array = Buffer.allocUnsafe(size);
  let at = writeHeader(array, kind, values.length);
  const view = new DataView(array.buffer, array.byteOffset, size);
  const write = writers[kind];
  for (const value of values) at = value === null ? writeNull(view, at) : write(view, at, value as never);
  return array.subarray(0, at);
}

/** A column of text as a parameter of type text[], from where its bytes lie. */
export function textParameter({ arena: { bytes }, starts, ends }: ValuesOf['text']): Buffer {
  let size = HEADER_BYTES + LENGTH_BYTES * starts.length;
  for (let row = 0; row < starts.length; row++) size += (ends[row] as number) - (starts[row] as number);
  const array = Buffer.allocUnsafe(size);
  let at = writeHeader(array, 'text', starts.length);
  for (let row = 0; row < starts.length; row++) {
    const end = ends[row] as number;
    let from = starts[row] as number;
    at = array.writeInt32BE(end - from, at);
    // Faster than a call for each of so few bytes.
    while (from < end) array[at++] = bytes[from++] as number;
  }
  return array;
}

/** One dimension, nulls are possible, and the first element has the index 1. */
function writeHeader(array: Buffer, kind: keyof typeof types, length: number): number {
  let at = 0;
  for (const field of [1, 1, types[kind], length, 1]) at = array.writeInt32BE(field, at);
  return at;
}
