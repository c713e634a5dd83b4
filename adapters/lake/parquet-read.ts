/** Reads the lake's Parquet files a row group at a time, so that memory doesn't grow with the file. */
import { zstdDecompressSync } from 'node:zlib';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import * as z from 'zod';
import { type Column, columnsOf } from '#domain/columns.ts';
import { columnsFrom, type EventColumn, type EventColumns } from '#domain/event-columns.ts';
import { wholeReader } from '#domain/event-reader.ts';
import { extraColumn } from '#domain/extra-fields.ts';
import type { ReadRecord } from '#domain/records.ts';
import type { Lake } from './index.ts';
import { eventColumn, numbersOf } from './parquet-columns.ts';

/** A file that is read by ranges, such as an object in S3. */
export interface ParquetSource {
  readonly byteLength: number;
  /** Bytes from `start` to before `end`. */
  slice(start: number, end: number): Promise<Uint8Array> | Uint8Array;
}

/** Up to this size an object is fetched in one request and kept; of a larger one, the column chunks of a row group. */
const WHOLE_BYTES = 4 * 1024 * 1024;

/** An object of the lake, of which only the parts that are needed are fetched, or all of it once, however often it is read. */
export function objectSource(lake: Lake, key: string, byteLength: number): ParquetSource {
  const read = (start: number, end: number) => lake.read(key, { start, end });
  if (byteLength > WHOLE_BYTES) return { byteLength, slice: read };
  let whole: Promise<Uint8Array> | undefined;
  const part = async (start: number, end: number) => {
    whole ??= read(0, byteLength);
    return (await whole).subarray(start, end);
  };
  return { byteLength, slice: part };
}

/**
 * A value as it is stored: text and UUIDs as UTF-8, money as unscaled INT64 (cents), instants as INT64 (microseconds),
 * null where an optional column has none.
 */
export type StoredValue = Uint8Array | bigint | number | null;

export interface RowGroup {
  readonly rows: number;
  /** The values of each column by its name, `extra`, `kafka_offset` and `kafka_timestamp` among them. */
  readonly columns: ReadonlyMap<string, ArrayLike<StoredValue>>;
}

const compressors = { ZSTD: (page: Uint8Array): Uint8Array => zstdDecompressSync(page) };

/**
 * The row groups of a file, one at a time, with values as they are stored.
 *
 * @param names the columns to read, those of them that the file has; all if absent
 * @throws if the file is no Parquet file
 */
export async function* readRowGroups(source: ParquetSource, names?: readonly string[]): AsyncGenerator<RowGroup> {
  const file = openFile(source);
  const metadata = asStored(await parquetMetadataAsync(file, { geoparquet: false }));
  const present = names?.filter((name) => metadata.schema.some((column) => column.name === name));
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const columns = await readColumns(file, metadata, rowStart, rows, present);
    yield { rows, columns };
    rowStart += rows;
  }
}

/** The names of the columns that the file has. */
export async function storedNames(source: ParquetSource): Promise<ReadonlySet<string>> {
  const { schema } = await parquetMetadataAsync(openFile(source), { geoparquet: false });
  return new Set(schema.map(({ name }) => name));
}

/**
 * The events of a file, a row group at a time, equal to those that `encodeEvents` was given (a missing value is null). A field that the
 * event got since is read from the fields that were unknown then.
 */
export async function* readEvents<Event extends z.ZodObject>(
  event: Event,
  source: ParquetSource,
): AsyncGenerator<ReadRecord<z.infer<Event>>[]> {
  const columns = columnsOf(event);
  for await (const group of readRowGroups(source)) {
    const offsets = columnOf(group, 'kafka_offset');
    const timestamps = columnOf(group, 'kafka_timestamp');
    const fields = columns.map((column) => {
      const { name, kind, optional } = column;
      const stored = group.columns.get(name);
      const extra = group.columns.get(extraColumn.name);
      if (!stored && optional && extra) return { name, value: extraReader(event, name, extra) };
      const values = stored ?? columnOf(group, name, optional);
      return { name, value: (row: number) => inCode(kind, values[row] ?? null) };
    });
    yield Array.from({ length: group.rows }, (_, row) => ({
      offset: Number(offsets[row]),
      timestamp: Number(timestamps[row]) / 1000,
      event: Object.fromEntries(fields.map(({ name, value }) => [name, value(row)])) as z.infer<Event>,
    }));
  }
}

/**
 * A field that the event got after the file was written, from the fields that its schema did not know then; null where a record had
 * none, or none that can be used.
 */
function extraReader(event: z.ZodObject, name: string, extra: ArrayLike<StoredValue>): (row: number) => unknown {
  const read = wholeReader({ event: z.object({ [name]: event.shape[name] as z.ZodType }) });
  return (row) => {
    const fields = extra[row];
    if (!(fields instanceof Uint8Array)) return null;
    const reading = read(fields);
    return 'event' in reading ? (reading.event[name] ?? null) : null;
  };
}

/**
 * The same events in columns, without an object for each.
 *
 * @throws if a column that must have a value isn't in the file
 */
export async function* readEventColumns(event: z.ZodObject, source: ParquetSource): AsyncGenerator<EventColumns> {
  const { row_groups } = await parquetMetadataAsync(openFile(source), {
    geoparquet: false,
    initialFetchSize: FOOTER_BYTES,
  });
  for (const [index, group] of row_groups.entries()) {
    const columns = await groupColumns(event, source.slice, group);
    if (columns) yield columns;
    else {
      let before = index;
      for await (const records of readEvents(event, source)) if (before-- === 0) yield columnsFrom(event, records);
    }
  }
}

/** Of a file with few row groups; what is more of it is fetched then. */
const FOOTER_BYTES = 16 * 1024;

async function groupColumns(
  event: z.ZodObject,
  slice: ParquetSource['slice'],
  { num_rows, columns }: FileMetaData['row_groups'][number],
): Promise<EventColumns | undefined> {
  const rows = Number(num_rows);
  const chunks = new Map(columns.map(({ meta_data }) => [meta_data?.path_in_schema.join('.'), meta_data]));
  const chunkOf = async (name: string) => {
    const metadata = chunks.get(name);
    if (!metadata) return undefined;
    const start = Number(metadata.dictionary_page_offset ?? metadata.data_page_offset);
    return [rows, metadata, await slice(start, start + Number(metadata.total_compressed_size))] as const;
  };
  const found: EventColumn[] = [];
  for (const column of columnsOf(event)) {
    const chunk = await chunkOf(column.name);
    const values = chunk && eventColumn(column, ...chunk);
    if (!values) return undefined;
    found.push(values);
  }
  const [offsets, timestamps] = [await chunkOf('kafka_offset'), await chunkOf('kafka_timestamp')].map(
    (chunk) => chunk && numbersOf(...chunk),
  );
  return (
    offsets && timestamps && { rows, offsets, timestamps: timestamps.map((micros) => micros / 1000), columns: found }
  );
}

/**
 * A column of a row group; null in every row if it was added to the event after the file was written.
 *
 * @throws if a column that must have a value isn't in the file
 */
export function columnOf(group: RowGroup, name: string, optional = false): ArrayLike<StoredValue> {
  const values = group.columns.get(name);
  if (values) return values;
  if (optional) return new Array<null>(group.rows).fill(null);
  throw new Error(`Parquet file has no column ${name}; it has ${[...group.columns.keys()].join(', ')}`);
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function inCode(kind: Column['kind'], value: StoredValue): unknown {
  if (value instanceof Uint8Array) return utf8.decode(value);
  return kind === 'money' && value !== null ? Number(value) : value;
}

const openFile = ({ byteLength, slice }: ParquetSource): AsyncBuffer => ({
  byteLength,
  slice: async (start, end = byteLength) => toArrayBuffer(await slice(start, end)),
});

/** hyparquet takes an ArrayBuffer; a Uint8Array may be a part of a larger one. */
function toArrayBuffer({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

/** hyparquet would turn DECIMAL into doubles and TIMESTAMP into milliseconds; without these marks it leaves values alone. */
function asStored(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map(({ converted_type: _, logical_type: __, ...physical }) => physical);
  return { ...metadata, schema };
}

async function readColumns(
  file: AsyncBuffer,
  metadata: FileMetaData,
  rowStart: number,
  rows: number,
  names?: readonly string[],
) {
  const pages = new Map<string, ArrayLike<StoredValue>[]>();
  await parquetRead({
    file,
    metadata,
    rowStart,
    rowEnd: rowStart + rows,
    ...(names && { columns: [...names] }),
    compressors,
    utf8: false,
    onChunk: ({ columnName, columnData }) => {
      const before = pages.get(columnName);
      if (before) before.push(columnData as ArrayLike<StoredValue>);
      else pages.set(columnName, [columnData as ArrayLike<StoredValue>]);
    },
  });
  return new Map([...pages].map(([name, parts]) => [name, joined(parts)]));
}

/** Our own files have one page for each column of a row group; others may have more. */
function joined(parts: readonly ArrayLike<StoredValue>[]): ArrayLike<StoredValue> {
  return parts.length === 1 && parts[0] ? parts[0] : parts.flatMap((part) => Array.from(part));
}
