/**
 * PostgreSQL's binary COPY, from columns: no value becomes text on the way.
 * https://www.postgresql.org/docs/17/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { identifier } from './described-table.ts';
import { addRows, type CopyRows, type EncodedRows, inOrder, noRows } from './encoded-rows.ts';
import type { Transaction } from './index.ts';

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);

/**
 * Copies rows into a table. The server's pace holds back the source, so memory doesn't grow with the rows.
 *
 * @param columns names of the table's columns in the order of every `CopyRows`
 */
export function copyInto(
  transaction: Transaction,
  table: string,
  columns: readonly string[],
  source: AsyncIterable<CopyRows> | Iterable<CopyRows>,
  signal?: AbortSignal,
): Promise<void> {
  return send(transaction, table, columns, chunks(source), signal);
}

/** Copies some rows into a table, in the order in which they are given. */
export function copyInOrder(
  transaction: Transaction,
  table: string,
  columns: readonly string[],
  rows: EncodedRows,
  order: Uint32Array,
): Promise<void> {
  return send(transaction, table, columns, inCopyFormat(rows, order));
}

/** What COPY takes, from header to trailer. */
export function* inCopyFormat(rows: EncodedRows, order: Uint32Array): Generator<Uint8Array> {
  yield HEADER;
  yield* inOrder(rows, order);
  yield TRAILER;
}

async function send(
  transaction: Transaction,
  table: string,
  columns: readonly string[],
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const copy = transaction.query(
    copyFrom(`copy ${table} (${columns.map(identifier).join(', ')}) from stdin (format binary)`),
  );
  await pipeline(Readable.from(content, { objectMode: true }), copy, { ...(signal && { signal }) });
}

async function* chunks(source: AsyncIterable<CopyRows> | Iterable<CopyRows>): AsyncGenerator<Uint8Array> {
  yield HEADER;
  for await (const rows of source) yield* encodeRows(rows);
  yield TRAILER;
}

/** Of usual rows about 64 KB, which are sent at once. */
const ROWS_AT_ONCE = 512;

/** The rows as COPY sends them, without header and trailer. */
export function* encodeRows(rows: CopyRows): Generator<Uint8Array> {
  for (let from = 0; from < rows.rows; from += ROWS_AT_ONCE) {
    const encoded = noRows();
    addRows(encoded, rows, from, Math.min(from + ROWS_AT_ONCE, rows.rows));
    yield encoded.bytes.subarray(0, encoded.starts[encoded.rows]);
  }
}
