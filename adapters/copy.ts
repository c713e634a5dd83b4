/**
 * PostgreSQL's binary COPY format, written from columns as Parquet stores them: no value becomes text on the way.
 * https://www.postgresql.org/docs/17/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { ColumnKind } from '#domain/columns.ts';
import type { StoredValue } from './parquet-read.ts';
import type { Transaction } from './postgres.ts';

export interface CopyColumn {
  readonly kind: ColumnKind | 'bigint';
  /** One for each row; a single value stands for all rows. */
  readonly values: ArrayLike<StoredValue> | number;
}

/** Rows, a column at a time. */
export interface CopyRows {
  readonly rows: number;
  readonly columns: readonly CopyColumn[];
}

/** What is sent at once; a little more if one row is large. */
const CHUNK_BYTES = 64 * 1024;

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);
const NULL = -1;

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
      at = value === null || value === undefined ? length(chunk, at, NULL) : write(chunk, at, value as never);
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

/** Writes a value behind its length; returns where it ends. */
type Write<Value> = (chunk: DataView, at: number, value: Value) => number;

const writers: { readonly [Kind in CopyColumn['kind']]: Write<never> } = {
  uuid: uuid satisfies Write<Uint8Array>,
  text: text satisfies Write<Uint8Array>,
  money: numeric satisfies Write<bigint>,
  timestamp: ((chunk, at, micros) => bigint(chunk, at, micros - MICROS_TO_2000)) satisfies Write<bigint>,
  bigint: bigint satisfies Write<bigint | number>,
  integer: integer satisfies Write<number>,
};

function length(chunk: DataView, at: number, bytes: number): number {
  chunk.setInt32(at, bytes);
  return at + 4;
}

function integer(chunk: DataView, at: number, value: number): number {
  chunk.setInt32(length(chunk, at, 4), value);
  return at + 8;
}

/** PostgreSQL counts from 2000-01-01. */
const MICROS_TO_2000 = 946_684_800_000_000n;

function bigint(chunk: DataView, at: number, value: bigint | number): number {
  chunk.setBigInt64(length(chunk, at, 8), BigInt(value));
  return at + 12;
}

function text(chunk: DataView, at: number, utf8: Uint8Array): number {
  const start = length(chunk, at, utf8.length);
  for (let i = 0; i < utf8.length; i++) chunk.setUint8(start + i, utf8[i] as number);
  return start + utf8.length;
}

/**
 * NUMERIC is digits of base 10,000; an amount up to 99,999,999.99 has two before the point and one after. Zeros that
 * aren't needed are dropped by the server.
 */
function numeric(chunk: DataView, at: number, cents: bigint): number {
  const amount = Math.abs(Number(cents));
  const whole = Math.floor(amount / 100);
  const start = length(chunk, at, 14);
  chunk.setInt16(start, 3); // digits
  chunk.setInt16(start + 2, 1); // weight of the first: 10,000 to this power
  chunk.setUint16(start + 4, cents < 0n ? 0x4000 : 0x0000); // sign
  chunk.setInt16(start + 6, 2); // decimals
  chunk.setInt16(start + 8, Math.floor(whole / 10_000));
  chunk.setInt16(start + 10, whole % 10_000);
  chunk.setInt16(start + 12, (amount % 100) * 100);
  return start + 14;
}

/** The value of each hexadecimal digit by its character code. */
const HEX = new Uint8Array(256);
for (const [value, digit] of [...'0123456789abcdef'].entries()) HEX[digit.charCodeAt(0)] = value;

/** Where in the 36 characters each of the 16 bytes stands. */
const BYTES_IN_TEXT = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

function uuid(chunk: DataView, at: number, characters: Uint8Array): number {
  const start = length(chunk, at, 16);
  for (let i = 0; i < 16; i++) {
    const first = BYTES_IN_TEXT[i] as number;
    const high = HEX[characters[first] as number] as number;
    const low = HEX[characters[first + 1] as number] as number;
    chunk.setUint8(start + i, high * 16 + low);
  }
  return start + 16;
}
