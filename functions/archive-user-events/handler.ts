/** Kafka `user_events` → immutable JSON lines in the lake, one object for each partition and batch. */
import { lakeHandler } from '#adapters/lake-handler.ts';
import { streams } from '#domain/streams.ts';
import { eventObjects } from './event-objects.ts';

export const handler = lakeHandler(streams.userEvents, eventObjects);
