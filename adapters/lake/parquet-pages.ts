/**
 * Columns as Parquet's PLAIN pages, made from typed arrays at once: the writer's own way takes each value as an object.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#plain-plain--0
 */
import { SLACK } from '#domain/column-values/storage.ts';
import type { Utf8Values } from '#domain/column-values/utf8.ts';
import type { EventColumn } from '#domain/event-columns.ts';
import type { ColumnPages } from './parquet-chunk.ts';
import { dictionaryPages } from './parquet-dictionary.ts';

/** One page for a column, so that readers need not join several. */
export function columnPages(column: EventColumn, rows: number, withStatistics: boolean): ColumnPages {
  const { present } = column;
  const nulls = present ? present.reduce((sum, has) => sum - has, rows) : 0;
  const plain = { encoding: 'PLAIN', present, nulls } as const;
  switch (column.kind) {
    case 'uuid':
      return { ...plain, page: utf8Page(column.values, rows, present) };
    case 'text': {
      // A dictionary pays where values repeat.
      const pages = dictionaryPages(column.values, rows, present);
      return { ...plain, ...(pages ?? { page: utf8Page(column.values, rows, present) }) };
    }
    case 'money':
      return { ...plain, page: int64s(valuesOf(column.values, present), 1) };
    case 'integer':
      return { ...plain, page: bytesOf(valuesOf(column.values, present)) };
    case 'timestamp': {
      const micros = valuesOf(column.values.values, present);
      const statistics = withStatistics && { ...leastAndGreatestOf(micros), null_count: BigInt(nulls) };
      return { ...plain, page: bytesOf(micros), ...(statistics && { statistics }) };
    }
  }
}

/** Numbers, each times a whole `factor`, as INT64, with statistics. */
export function int64Pages(values: Float64Array, factor: number): ColumnPages {
  const { least, greatest } = leastAndGreatest(values);
  return {
    page: int64s(values, factor),
    encoding: 'PLAIN',
    present: undefined,
    nulls: 0,
    statistics: {
      min_value: BigInt(least) * BigInt(factor),
      max_value: BigInt(greatest) * BigInt(factor),
      null_count: 0n,
    },
  };
}

/** Exact also where the product exceeds 2^53, without a bigint for each. */
function int64s(values: Float64Array, factor: number): Uint8Array {
  const page = pageOf(8 * values.length);
  const halves = new Int32Array(page.buffer, page.byteOffset, 2 * values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    const high = Math.floor(value / 2 ** 32);
    const low = (value - high * 2 ** 32) * factor;
    halves[2 * row] = low | 0;
    halves[2 * row + 1] = high * factor + Math.floor(low / 2 ** 32);
  }
  return page;
}

/** The values of the rows that have one. */
function valuesOf<Values extends Float64Array | Int32Array | BigInt64Array>(
  values: Values,
  present: Uint8Array | undefined,
): Values {
  return present ? (values.filter((_: unknown, row: number) => present[row] === 1) as Values) : values;
}

/** Of rows that all have a value. */
function leastAndGreatest(values: Float64Array) {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return { least, greatest };
}

function leastAndGreatestOf(values: BigInt64Array) {
  if (values.length === 0) return { min_value: undefined, max_value: undefined };
  let [least, greatest] = [0, 0];
  for (let row = 1; row < values.length; row++) {
    if ((values[row] as bigint) < (values[least] as bigint)) least = row;
    if ((values[row] as bigint) > (values[greatest] as bigint)) greatest = row;
  }
  return { min_value: values[least], max_value: values[greatest] };
}

/** Where a page is made. It is compressed before the next one is, so one piece of memory serves all. */
let scratch = new Uint8Array(1 << 16);

/** Its bytes are what a page before left there; a few more may be written behind it. */
function pageOf(bytes: number): Uint8Array {
  if (bytes + SLACK > scratch.length) scratch = new Uint8Array(2 * bytes + SLACK);
  return scratch.subarray(0, bytes);
}

/** As they lie in memory: a processor that runs Lambda has the byte order of Parquet. */
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Each text behind its length. */
function utf8Page({ arena, starts, ends }: Utf8Values, rows: number, present: Uint8Array | undefined): Uint8Array {
  let size = 0;
  for (let row = 0; row < rows; row++)
    if (!present || present[row] === 1) size += 4 + (ends[row] as number) - (starts[row] as number);
  const from = new DataView(arena.bytes.buffer, arena.bytes.byteOffset);
  const bytes = pageOf(size);
  const page = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    if (present && present[row] === 0) continue;
    const start = starts[row] as number;
    const length = (ends[row] as number) - start;
    page.setInt32(at, length, true);
    at += 4;
    // Four bytes at a time: what is too much, the next length overwrites.
    for (let i = 0; i < length; i += 4) page.setInt32(at + i, from.getInt32(start + i));
    at += length;
  }
  return bytes;
}
