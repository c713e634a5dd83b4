/** Kafka `user_events` → immutable JSON lines in the lake, one object for each partition and batch. */

import { streams } from '#domain/streams.ts';
import { lakeHandler } from '#lambda/lake-handler.ts';
import { eventObjects } from './event-objects.ts';

export const handler = lakeHandler(streams.userEvents, eventObjects);
