/** Events as Parquet. The bytes are a function of the events: encoding the same records twice gives the same file. */
import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import type { z } from 'zod';
import { columnsOf } from '#domain/columns.ts';
import type { ReadRecord } from '#domain/records.ts';
import { kafkaOffset, kafkaTimestamp, parquetColumn } from './parquet-schema.ts';

export { type ParquetSource, readEvents } from './parquet-read.ts';

/** Rows that a reader holds at once; a Lambda batch (10,000 records at most) is one row group. */
const ROW_GROUP = 50_000;

/** So large that a column of a row group is one page, which readers then take over without putting pieces together. */
const PAGE_BYTES = 16 * 1024 * 1024;

const zstd = (page: Uint8Array): Uint8Array =>
  zstdCompressSync(page, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });

/**
 * Encodes the records of one partition as a Parquet file: the event's columns, then `kafka_offset` and
 * `kafka_timestamp`. The file's metadata says topic, partition, first and last offset and the event's name and version.
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
    data: kind === 'money' ? cents(records, name) : records.map((record) => field(record, name)),
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

const field = (record: ReadRecord<object>, name: string): unknown => (record.event as Record<string, unknown>)[name];

/** DECIMAL takes the unscaled value as a bigint; a number would be scaled by the writer, through a double. */
const cents = (records: readonly ReadRecord<object>[], name: string) =>
  records.map((record) => {
    const value = field(record, name);
    return typeof value === 'number' ? BigInt(value) : value;
  });

const keyValues = (values: Record<string, unknown>) =>
  Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: String(value) }]));
