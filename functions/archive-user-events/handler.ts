/** Kafka `user_events` → immutable JSON lines in the lake, one object for each partition and batch. */

import { streams } from '#domain/streams.ts';
import { lakeHandler } from '#lambda/lake-handler.ts';

export const handler = lakeHandler(streams.userEvents);
