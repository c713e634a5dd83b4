/** The way of archive-orders: every value checked, money and times exact, dead letters set apart. */
import { encodeEvents } from '#adapters/lake/parquet.ts';
import { orderEvent } from '#domain/orders.ts';
import { readBatch } from '#domain/records.ts';
import { eachEvent } from './each-event.ts';

const from = { topic: 'orders', partition: 0 };

await eachEvent(({ records }) => {
  const { good } = readBatch(orderEvent, {
    ...from,
    records: records['orders-0'].map(({ offset, timestamp, key, value }) => ({
      offset,
      timestamp,
      key: Buffer.from(key, 'base64'),
      value: Buffer.from(value, 'base64'),
      headers: [],
    })),
  });
  return encodeEvents(orderEvent, good, from);
});
