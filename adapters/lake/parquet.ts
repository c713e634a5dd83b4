/** Events as Parquet. The bytes are a function of the events: encoding the same records twice gives the same file. */
import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import type { z } from 'zod';
import { type ColumnKind, columnsOf } from '#domain/columns.ts';
import type { ReadRecord } from '#domain/records.ts';
import { kafkaOffset, kafkaTimestamp, parquetColumn } from './parquet-schema.ts';

/** Rows that a reader holds in memory at once; a Lambda batch (10,000 records at most) is one row group. */
const ROW_GROUP = 20_000;

/** Large enough that a column of a row group is one page, which readers need not join with others. */
const PAGE_BYTES = 16 * 1024 * 1024;

const UUID_LENGTH = 36;

/**
 * Spark before 3.0 wrote times of long ago by the Julian calendar, and Spark since then refuses times before 1900 in a file that
 * doesn't say which Spark wrote it (READ_ANCIENT_DATETIME), even for one row of thousands. Ours are by the calendar of ISO 8601,
 * as this version's are: DataSourceUtils.datetimeRebaseSpec in Spark's source reads no more than this from it.
 */
const SPARK_CALENDAR = { 'org.apache.spark.version': '3.5.0' };

const zstd = (page: Uint8Array): Uint8Array =>
  zstdCompressSync(page, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });

/**
 * Encodes the records of one partition as a Parquet file: the event's columns, then `kafka_offset` and
 * `kafka_timestamp`. The file's metadata names topic, partition, first and last offset and the event's name and version.
 *
 * @param event schema made of domain/columns.ts
 * @param records in offset order; at least one
 */
export function encodeEvents<Event extends z.ZodObject>(
  event: Event,
  records: readonly ReadRecord<z.infer<Event>>[],
  from: { readonly topic: string; readonly partition: number },
): Uint8Array {
  const first = records[0];
  const last = records.at(-1);
  if (!first || !last) throw new Error('A Parquet file needs at least one record, got none');
  const columns = columnsOf(event).map(parquetColumn);
  const writer = new ByteWriter(256 * records.length);
  const file = new ParquetWriter({
    writer,
    schema: [
      { name: 'event', num_children: columns.length + 2 },
      ...columns.map(({ element }) => element),
      kafkaOffset,
      kafkaTimestamp,
    ],
    codec: 'ZSTD',
    compressors: { ZSTD: zstd },
    createdBy: 'tillstream',
    kvMetadata: keyValues({
      ...SPARK_CALENDAR,
      topic: from.topic,
      partition: from.partition,
      first_offset: first.offset,
      last_offset: last.offset,
      schema: event.meta()?.title,
      schema_version: event.meta()?.version,
    }),
  });
  const columnData: ColumnSource[] = columns.map(({ name, kind, encoding, statistics }) => ({
    name,
    data: inParquet[kind](records.map((record) => (record.event as Record<string, unknown>)[name])),
    statistics,
    ...(encoding && { encoding }),
  }));
  columnData.push(
    { name: kafkaOffset.name, data: records.map(({ offset }) => BigInt(offset)), encoding: 'PLAIN' },
    { name: kafkaTimestamp.name, data: records.map(({ timestamp }) => BigInt(timestamp) * 1000n), encoding: 'PLAIN' },
  );
  file.write({ columnData, rowGroupSize: ROW_GROUP, pageSize: PAGE_BYTES });
  file.finish();
  return writer.getBytes();
}

/** The values of a column as the writer takes them; undefined is null. */
const inParquet: Record<ColumnKind, (values: unknown[]) => unknown[]> = {
  uuid: uuidBytes,
  // DECIMAL takes the unscaled value as a bigint; a number would be scaled by the writer, through a double.
  money: (values) => values.map((cents) => (typeof cents === 'number' ? BigInt(cents) : cents)),
  text: (values) => values,
  timestamp: (values) => values,
  integer: (values) => values,
};

/** One buffer for all: a call of an encoder for each value would take a sixth of the encoding's time. */
function uuidBytes(values: unknown[]): unknown[] {
  const bytes = Buffer.allocUnsafe(values.length * UUID_LENGTH);
  return values.map((uuid, row) => {
    if (typeof uuid !== 'string') return uuid;
    const start = row * UUID_LENGTH;
    bytes.write(uuid, start, 'latin1');
    return bytes.subarray(start, start + UUID_LENGTH);
  });
}

const keyValues = (values: Record<string, unknown>) =>
  Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: String(value) }]));
