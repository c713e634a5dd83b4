/** Events as hyparquet-writer encodes them, by itself: what our own pages must be equal to, byte for byte. */
import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import type { z } from 'zod';
import { kafkaOffset, kafkaTimestamp, parquetColumn } from '#adapters/lake/parquet-schema.ts';
import { columnsOf } from '#domain/columns.ts';
import { extraColumn } from '#domain/extra-fields.ts';
import type { ReadRecord } from '#domain/records.ts';

const zstd = (page: Uint8Array): Uint8Array =>
  zstdCompressSync(page, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });

export function encodeByLibrary<Event extends z.ZodObject>(
  event: Event,
  records: readonly ReadRecord<z.infer<Event>>[],
  from: { readonly topic: string; readonly partition: number },
): Uint8Array {
  const columns = [...columnsOf(event), extraColumn].map(parquetColumn);
  const { title, version } = event.meta() ?? {};
  const metadata = {
    'org.apache.spark.version': '3.5.0',
    ...from,
    first_offset: records[0]?.offset,
    last_offset: records.at(-1)?.offset,
    ...(title !== undefined && { schema: title, schema_version: version }),
  };
  const writer = new ByteWriter();
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
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value: String(value) })),
  });
  const valuesOf = (name: string, kind: string) =>
    records.map(({ event }) => {
      const value = (event as Record<string, unknown>)[name];
      return kind === 'money' && typeof value === 'number' ? BigInt(value) : value;
    });
  const columnData: ColumnSource[] = [
    ...columns.map(({ name, kind, statistics }) => ({
      ...{ name, statistics, data: valuesOf(name, kind) },
      // For texts the writer uses a dictionary where that halves the size.
      ...(kind !== 'text' && { encoding: 'PLAIN' as const }),
    })),
    { name: kafkaOffset.name, data: records.map(({ offset }) => BigInt(offset)), encoding: 'PLAIN' },
    { name: kafkaTimestamp.name, data: records.map(({ timestamp }) => BigInt(timestamp) * 1000n), encoding: 'PLAIN' },
  ];
  file.write({ columnData, rowGroupSize: 20_000, pageSize: 1 << 24 });
  file.finish();
  return writer.getBytes();
}
