/** Kafka `orders` → immutable Parquet objects in the lake, one for each partition and batch. */

import { streams } from '#domain/streams.ts';
import { lakeHandler } from '#lambda/lake-handler.ts';
import { orderObjects } from './order-objects.ts';

export const handler = lakeHandler(streams.orders, orderObjects);
