/** The way of archive-orders: every value checked, money and times exact, dead letters set apart. */
import { encodeEvents } from '#adapters/lake/parquet.ts';
import { hashOfFrames } from '#delivery/source-hash.ts';
import { readBatch } from '#domain/read-batch.ts';
import { framesOf } from '#domain/record-frames.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import { batchOf, eachEvent } from './each-event.ts';

await eachEvent((event) => {
  const batch = batchOf(event);
  const { events } = readBatch({ event: orderEvent }, batch);
  hashOfFrames(framesOf(batch));
  return encodeEvents(orderEvent, events, batch);
});
