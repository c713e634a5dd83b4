/**
 * Rows in PostgreSQL's binary COPY format, in memory: they can be looked at and sent in another order than they came in.
 * https://www.postgresql.org/docs/17/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
import { type CopyColumn, fieldOf } from './copy-columns.ts';

/** Rows, a column at a time. */
export interface CopyRows {
  readonly rows: number;
  readonly columns: readonly CopyColumn[];
}

/** They lie behind each other. */
export interface EncodedRows {
  rows: number;
  bytes: Buffer;
  /** Where each row starts, and where the last one ends. */
  starts: Uint32Array;
}

/** Before the fields of a row stands their number. */
const COUNT_BYTES = 2;

/** @param bytes room for them, which grows if it is too little */
export const noRows = (bytes = 0): EncodedRows => ({
  rows: 0,
  // Of its own, since a socket may send it after the next one is made.
  bytes: Buffer.allocUnsafeSlow(bytes),
  starts: new Uint32Array(1),
});

/** Adds the rows from `from` to before `to`. */
export function addRows(encoded: EncodedRows, { columns }: CopyRows, from: number, to: number): void {
  const fields = columns.map(fieldOf);
  const size = fields.reduce((sum, field) => sum + field.size(from, to), COUNT_BYTES * (to - from));
  const { rows, bytes, starts } = encoded;
  let at = starts[rows] as number;
  if (at + size > bytes.length) {
    encoded.bytes = Buffer.allocUnsafeSlow(Math.max(at + size, rows > 0 ? 2 * bytes.length : 0));
    bytes.copy(encoded.bytes, 0, 0, at);
  }
  if (rows + to - from >= starts.length) {
    encoded.starts = new Uint32Array(Math.max(rows + to - from + 1, 2 * starts.length));
    encoded.starts.set(starts);
  }
  const view = new DataView(encoded.bytes.buffer);
  for (let row = from; row < to; row++) {
    view.setInt16(at, fields.length);
    at += COUNT_BYTES;
    for (const { write } of fields) at = write(view, at, row);
    encoded.starts[++encoded.rows] = at;
  }
}

/** Sent at once; more if a row is larger. */
const CHUNK_BYTES = 64 * 1024;

/** Some of the rows, in the order in which they are given. */
export function* inOrder({ bytes, starts }: EncodedRows, order: Uint32Array): Generator<Buffer> {
  let chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let at = 0;
  for (const row of order) {
    const start = starts[row] as number;
    const end = starts[row + 1] as number;
    if (at + end - start > chunk.length) {
      yield chunk.subarray(0, at);
      chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, end - start));
      at = 0;
    }
    at += bytes.copy(chunk, at, start, end);
  }
  yield chunk.subarray(0, at);
}

/** A uuid behind its length. */
const ID_BYTES = 20;

/**
 * @param rows whose first column is a uuid
 * @returns four words for each, the first of them first
 */
export function idsOf({ rows, bytes, starts }: EncodedRows): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const ids = new Uint32Array(4 * rows);
  for (let row = 0; row < rows; row++) {
    const start = (starts[row] as number) + COUNT_BYTES + ID_BYTES - 16;
    for (let word = 0; word < 4; word++) ids[4 * row + word] = view.getUint32(start + 4 * word);
  }
  return ids;
}

const UUID_OID = 2950;

/**
 * The ids as a parameter of type uuid[].
 * https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/utils/adt/arrayfuncs.c (array_recv)
 */
export function idParameter(ids: Uint32Array, order: Uint32Array): Buffer {
  const header = [1, 0, UUID_OID, order.length, 1];
  const array = Buffer.allocUnsafeSlow(4 * header.length + ID_BYTES * order.length);
  const view = new DataView(array.buffer);
  let at = 0;
  const put = (word: number) => {
    view.setInt32(at, word);
    at += 4;
  };
  header.forEach(put);
  for (const row of order) {
    put(16);
    for (let word = 0; word < 4; word++) put(ids[4 * row + word] as number);
  }
  return array;
}
