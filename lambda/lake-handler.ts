/** A Lambda handler that archives a stream of the catalogue in the lake, one object for each partition and batch. */
import type { z } from 'zod';
import { lakeBucket } from '#adapters/configuration.ts';
import { openLake } from '#adapters/lake/index.ts';
import { type Layout, writeToLake } from '#delivery/write-to-lake.ts';
import type { Stream } from '#domain/streams.ts';
import { kafkaHandler } from './kafka-handler.ts';
import { openSink, relayAfter } from './sink.ts';

/** Reads the function's environment: call it once, when the function starts. */
export function lakeHandler<Event extends z.ZodObject>(stream: Stream<Event>, layout: Layout<Event>) {
  const sink = { ...openSink(), lake: openLake(lakeBucket()) };
  return kafkaHandler({ stream, consume: writeToLake(sink, layout), afterwards: relayAfter(false) });
}
