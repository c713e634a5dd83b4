/** The library that most projects would take: money becomes DOUBLE, nothing is checked. */
import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { hashOfFrames } from '#delivery/source-hash.ts';
import { framesOf, recordValue } from '#domain/record-frames.ts';
import { batchOf, eachEvent } from './each-event.ts';

interface Parquet {
  ParquetSchema: new (fields: Record<string, { type: string; compression: string }>) => object;
  ParquetWriter: {
    openStream(schema: object, stream: PassThrough): Promise<Writer>;
  };
}
interface Writer {
  setRowGroupSize(rows: number): void;
  appendRow(row: object): Promise<void>;
  close(): Promise<void>;
}

const { ParquetSchema, ParquetWriter } = createRequire(import.meta.url)('parquetjs-lite') as Parquet;

const field = (type: string) => ({ type, compression: 'SNAPPY' });
const schema = new ParquetSchema({
  order_id: field('UTF8'),
  user_id: field('UTF8'),
  amount: field('DOUBLE'),
  currency: field('UTF8'),
  category: field('UTF8'),
  country: field('UTF8'),
  created_at: field('TIMESTAMP_MILLIS'),
  kafka_offset: field('INT64'),
});

await eachEvent(async (event) => {
  const batch = batchOf(event);
  const stream = new PassThrough();
  const bytes = buffer(stream);
  const writer = await ParquetWriter.openStream(schema, stream);
  writer.setRowGroupSize(10_000);
  const frames = framesOf(batch);
  hashOfFrames(frames);
  for (const [index, offset] of frames.offsets.entries()) {
    const order = JSON.parse(String(recordValue(frames, index)));
    await writer.appendRow({ ...order, created_at: new Date(order.created_at), kafka_offset: offset });
  }
  await writer.close();
  return bytes;
});
