import { encodeEvents } from '#adapters/lake/parquet.ts';
import type { Layout } from '#delivery/write-to-lake.ts';
import type { orderEvent } from '#domain/streams/orders.ts';
import { streams } from '#domain/streams.ts';

/** `raw/orders/dt=2025-12-11/orders_2025-12-11_00-00-01_p0_o100-199.parquet` */
export const orderObjects: Layout<typeof orderEvent> = {
  prefix: streams.orders.lake.prefix,
  name: 'orders',
  extension: 'parquet',
  contentType: 'application/vnd.apache.parquet',
  encode: encodeEvents,
};
