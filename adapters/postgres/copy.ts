/**
 * PostgreSQL's binary COPY format, written from columns as Parquet stores them: no value becomes text on the way.
 * https://www.postgresql.org/docs/17/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { StoredValue } from '../lake/parquet-read.ts';
import { type BinaryKind, writeNull, writers } from './binary-values.ts';
import type { Transaction } from './index.ts';

export interface CopyColumn {
  readonly kind: BinaryKind;
  /** One for each row; a single value stands for all rows. */
  readonly values: ArrayLike<StoredValue> | number;
}

/** Rows, a column at a time. */
export interface CopyRows {
  readonly rows: number;
  readonly columns: readonly CopyColumn[];
}

/** Sent at once; a little more if one row is large. */
const CHUNK_BYTES = 64 * 1024;

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);

/**
 * Copies rows into a table. The server's pace holds back the source, so memory doesn't grow with the rows.
 *
 * @param columns names of the table's columns in the order of every `CopyRows`
 */
export async function copyInto(
  transaction: Transaction,
  table: string,
  columns: readonly string[],
  source: AsyncIterable<CopyRows>,
  signal?: AbortSignal,
): Promise<void> {
  const copy = transaction.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin (format binary)`));
  await pipeline(Readable.from(chunks(source), { objectMode: true }), copy, { ...(signal && { signal }) });
}

async function* chunks(source: AsyncIterable<CopyRows>): AsyncGenerator<Uint8Array> {
  yield HEADER;
  for await (const rows of source) yield* encodeRows(rows);
  yield TRAILER;
}

/** The rows as COPY sends them, without header and trailer. */
export function* encodeRows({ rows, columns }: CopyRows): Generator<Uint8Array> {
  let chunk = newChunk();
  let at = 0;
  const fields = columns.map(({ kind, values }) => ({ write: writers[kind], values }));
  for (let row = 0; row < rows; row++) {
    chunk.setInt16(at, fields.length);
    at += 2;
    for (const { write, values } of fields) {
      const value = typeof values === 'number' ? values : values[row];
      const longest = value instanceof Uint8Array ? value.length + 4 : LONGEST_NUMBER;
      if (at + longest + MARGIN > chunk.byteLength) {
        yield bytesOf(chunk, at);
        chunk = newChunk(longest);
        at = 0;
      }
      at = value === null || value === undefined ? writeNull(chunk, at) : write(chunk, at, value as never);
    }
  }
  yield bytesOf(chunk, at);
}

/** Room for the start of the next row. */
const MARGIN = 8;
const LONGEST_NUMBER = 18;

/** A new one each time: the socket may still be sending the one before. */
const newChunk = (longest = 0): DataView => new DataView(new ArrayBuffer(Math.max(CHUNK_BYTES, longest + 2 * MARGIN)));

const bytesOf = ({ buffer }: DataView, end: number): Uint8Array => new Uint8Array(buffer, 0, end);
