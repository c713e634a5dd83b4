/** Events as Parquet. The bytes are a function of the events: encoding the same records twice gives the same file. */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { z } from 'zod';
import { SLACK } from '#domain/column-values/storage.ts';
import { allocateExtra, type EventColumns, part } from '#domain/event-columns.ts';
import { extraColumn } from '#domain/extra-fields.ts';
import { writeChunk } from './parquet-chunk.ts';
import { columnPages, int64Pages } from './parquet-pages.ts';
import { kafkaOffset, kafkaTimestamp, parquetColumn } from './parquet-schema.ts';

/** Rows that a reader holds in memory at once; a Lambda batch (10,000 records at most) is one row group. */
const ROW_GROUP = 20_000;

/**
 * Spark before 3.0 wrote times of long ago by the Julian calendar, and Spark since then refuses times before 1900 in a file that
 * doesn't say which Spark wrote it (READ_ANCIENT_DATETIME), even for one row of thousands. Ours are by the calendar of ISO 8601,
 * as this version's are: DataSourceUtils.datetimeRebaseSpec in Spark's source reads no more than this from it.
 */
const SPARK_CALENDAR = { 'org.apache.spark.version': '3.5.0' };

const NO_TEXT = { bytes: new Uint8Array(SLACK), length: 0 };

const MICROS_PER_MILLI = 1000;

/**
 * Encodes the events of one partition as a Parquet file: the event's columns, then `extra`, `kafka_offset` and `kafka_timestamp`. The
 * file's metadata names topic, partition, first and last offset and the event's name and version.
 *
 * @param event schema made of domain/columns.ts
 * @param events of that schema; at least one
 */
export function encodeEvents(
  event: z.ZodObject,
  events: EventColumns,
  from: { readonly topic: string; readonly partition: number },
): Uint8Array {
  const { rows, offsets } = events;
  if (rows === 0) throw new Error('A Parquet file needs at least one record, got none');
  const writer = new ByteWriter(64 * rows + 4096);
  const file = new ParquetWriter({
    writer,
    schema: [
      { name: 'event', num_children: events.columns.length + 3 },
      ...events.columns.map((column) => parquetColumn(column).element),
      parquetColumn(extraColumn).element,
      kafkaOffset,
      kafkaTimestamp,
    ],
    codec: 'ZSTD',
    createdBy: 'tillstream',
    kvMetadata: keyValues({
      ...SPARK_CALENDAR,
      topic: from.topic,
      partition: from.partition,
      first_offset: offsets[0],
      last_offset: offsets[rows - 1],
      schema: event.meta()?.title,
      schema_version: event.meta()?.version,
    }),
  });
  for (let row = 0; row < rows; row += ROW_GROUP)
    writeRowGroup(file, writer, part(events, row, Math.min(row + ROW_GROUP, rows)));
  file.finish();
  return writer.getBytes();
}

/** The writer has no way to take pages that are made already; its list of row groups is what it makes the footer of. */
function writeRowGroup(file: ParquetWriter, writer: ByteWriter, events: EventColumns) {
  const { rows, offsets, timestamps, columns, extra = allocateExtra(rows, NO_TEXT) } = events;
  const start = writer.offset;
  const chunks = [...columns, extra].map((column) => {
    const { element, statistics } = parquetColumn(column);
    return writeChunk(writer, element, rows, columnPages(column, rows, statistics));
  });
  chunks.push(writeChunk(writer, kafkaOffset, rows, int64Pages(offsets, 1)));
  chunks.push(writeChunk(writer, kafkaTimestamp, rows, int64Pages(timestamps, MICROS_PER_MILLI)));
  file.num_rows += BigInt(rows);
  file.row_groups.push({
    columns: chunks,
    num_rows: BigInt(rows),
    total_byte_size: chunks.reduce((sum, { meta_data }) => sum + meta_data.total_uncompressed_size, 0n),
    total_compressed_size: BigInt(writer.offset - start),
  });
}

const keyValues = (values: Record<string, unknown>) =>
  Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: String(value) }]));
