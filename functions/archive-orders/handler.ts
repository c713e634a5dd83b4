/** Kafka `orders` → immutable Parquet objects in the lake, one for each partition and batch. */
import { lakeHandler } from '#adapters/lake-handler.ts';
import { streams } from '#domain/streams.ts';
import { orderObjects } from './order-objects.ts';

export const handler = lakeHandler(streams.orders, orderObjects);
