/** Kafka `orders` → immutable Parquet objects in the lake, one for each partition and batch, which load-orders is called to load. */
import { loadCaller } from '#adapters/call-later.ts';
import { streams } from '#domain/streams.ts';
import { lakeHandler } from '#lambda/lake-handler.ts';

export const handler = lakeHandler(streams.orders, { callTaker: loadCaller() });
