/**
 * Reads a column of a row group as a batch of events is kept: in a few typed arrays, most of which are the page itself. The library
 * makes an object of each value. It reads whatever is not as our own files are (parquet-chunk.ts).
 */
import { zstdDecompressSync } from 'node:zlib';
import type { ColumnMetaData } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import type { Utf8Values } from '#domain/column-values/utf8.ts';
import type { Column, ColumnKind } from '#domain/columns.ts';
import type { EventColumn } from '#domain/event-columns.ts';
import { parquetColumn } from './parquet-schema.ts';

/** What a column's pages hold, uncompressed. */
interface Pages {
  /** Values of the rows that have one. */
  readonly page: Uint8Array;
  /** What the page has indexes of, if it has no values. */
  readonly dictionary: Uint8Array | undefined;
  /** For each value the row that has it; absent if every row has one. */
  readonly rowOf: Int32Array | undefined;
  readonly count: number;
}

/** @returns undefined if the library must read it */
export function eventColumn(
  column: Column,
  rows: number,
  metadata: ColumnMetaData,
  chunk: Uint8Array,
): EventColumn | undefined {
  const mayBeAbsent = column.optional || column.nullable;
  const pages = metadata.type === parquetColumn(column).element.type ? pagesOf(rows, metadata, chunk) : undefined;
  if (!pages || (pages.rowOf && !mayBeAbsent)) return undefined;
  const present = mayBeAbsent ? new Uint8Array(rows).fill(pages.rowOf ? 0 : 1) : undefined;
  for (const row of pages.rowOf ?? []) (present as Uint8Array)[row] = 1;
  return { ...column, present, values: valuesOf[column.kind](pages, rows) } as EventColumn;
}

/** Whole numbers, such as offsets; as exact as a double is. */
export function numbersOf(rows: number, metadata: ColumnMetaData, chunk: Uint8Array): Float64Array | undefined {
  const pages = metadata.type === 'INT64' ? pagesOf(rows, metadata, chunk) : undefined;
  return pages && !pages.rowOf ? numbers(pages, rows) : undefined;
}

function pagesOf(rows: number, { codec }: ColumnMetaData, chunk: Uint8Array): Pages | undefined {
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  if (codec !== 'ZSTD') return undefined;
  let header = parquetHeader(reader);
  let dictionary: Uint8Array | undefined;
  if (header.type === 'DICTIONARY_PAGE') {
    dictionary = decompress(chunk, reader.offset, header.compressed_page_size, header.uncompressed_page_size);
    reader.offset += header.compressed_page_size;
    header = parquetHeader(reader);
  }
  const about = header.data_page_header_v2;
  if (!about || about.num_values !== rows || about.repetition_levels_byte_length > 0 || about.is_compressed === false)
    return undefined;
  if (about.encoding !== (dictionary ? 'RLE_DICTIONARY' : 'PLAIN')) return undefined;

  const levels = about.definition_levels_byte_length;
  const count = rows - about.num_nulls;
  let rowOf: Int32Array | undefined;
  if (about.num_nulls > 0) {
    const present = new Uint8Array(rows);
    readRleBitPackedHybrid({ view: reader.view, offset: reader.offset }, 1, present, levels);
    rowOf = new Int32Array(count);
    for (let row = 0, value = 0; row < rows; row++) if (present[row] === 1) rowOf[value++] = row;
  }
  const [size, whole] = [header.compressed_page_size, header.uncompressed_page_size];
  const page = decompress(chunk, reader.offset + levels, size - levels, whole - levels);
  return { page, dictionary, rowOf, count };
}

/** In one go, as it was compressed. */
function decompress(chunk: Uint8Array, at: number, compressed: number, size: number): Uint8Array {
  const page = zstdDecompressSync(chunk.subarray(at, at + compressed), { chunkSize: size + 64 });
  if (page.length !== size) throw new Error(`Expected a page of ${size} bytes, got ${page.length}.`);
  return page;
}

const valuesOf: Record<ColumnKind, (pages: Pages, rows: number) => EventColumn['values']> = {
  uuid: utf8,
  text: utf8,
  money: numbers,
  integer: ({ page, rowOf, count }, rows) => spread(new Int32Array(aligned(page), 0, count), rowOf, rows),
  timestamp({ page, rowOf, count }, rows) {
    const values = spread(new BigInt64Array(aligned(page), 0, count), rowOf, rows);
    return { values, halves: new Int32Array(values.buffer) };
  },
};

/** From its start, as a typed array needs it. */
const aligned = ({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer =>
  (byteOffset === 0 ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer;

/** Values at the rows that have them. */
function spread<Values extends Int32Array | BigInt64Array>(
  values: Values,
  rowOf: Int32Array | undefined,
  rows: number,
): Values {
  if (!rowOf) return values;
  const all = new (values.constructor as new (rows: number) => Values)(rows);
  for (const [value, row] of rowOf.entries()) all[row] = values[value] as never;
  return all;
}

function numbers({ page, rowOf, count }: Pages, rows: number): Float64Array {
  const halves = new Int32Array(aligned(page), 0, 2 * count);
  const values = new Float64Array(rows);
  for (let value = 0; value < count; value++)
    values[rowOf?.[value] ?? value] =
      (halves[2 * value + 1] as number) * 2 ** 32 + ((halves[2 * value] as number) >>> 0);
  return values;
}

function utf8({ page, dictionary, rowOf, count }: Pages, rows: number): Utf8Values {
  const bytes = dictionary ?? page;
  const starts = new Int32Array(rows);
  const ends = new Int32Array(rows);
  if (!dictionary) eachText(bytes, (value, start, end) => place(rowOf?.[value] ?? value, start, end));
  else {
    const [startOf, endOf]: [number[], number[]] = [[], []];
    eachText(bytes, (_, start, end) => {
      startOf.push(start);
      endOf.push(end);
    });
    const indexes = new Int32Array(count);
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    readRleBitPackedHybrid({ view, offset: 1 }, page[0] as number, indexes, page.length - 1);
    for (let value = 0; value < count; value++) {
      const index = indexes[value] as number;
      place(rowOf?.[value] ?? value, startOf[index] as number, endOf[index] as number);
    }
  }
  return { arena: { bytes, length: bytes.length }, starts, ends };

  function place(row: number, start: number, end: number): void {
    starts[row] = start;
    ends[row] = end;
  }
}

/** Each text stands behind its length. */
function eachText(bytes: Uint8Array, take: (value: number, start: number, end: number) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0, value = 0; at < bytes.length; value++) {
    const start = at + 4;
    at = start + view.getInt32(at, true);
    take(value, start, at);
  }
}
