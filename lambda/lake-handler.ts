/** A Lambda handler that archives a stream of the catalogue in the lake, one object for each partition and batch, and fills its table, if it has one beside. */
import type { z } from 'zod';
import { lakeBucket } from '#adapters/configuration.ts';
import { openLake } from '#adapters/lake/index.ts';
import type { Apply } from '#delivery/apply.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import type { Stream } from '#domain/streams.ts';
import { kafkaHandler } from './kafka-handler.ts';
import { type Afterwards, openSink, relayAfter, takeAfter } from './sink.ts';

export interface LakeOptions<Event extends z.ZodObject> {
  /** Calls whoever takes the objects from the lake as they arrive, if anybody does. */
  readonly callTaker?: () => Promise<void>;
  /** Fills the stream's table. */
  readonly apply?: Apply<Event>;
}

/** Reads the function's environment: call it once, when the function starts. */
export function lakeHandler<Event extends z.ZodObject>(
  stream: Stream<Event>,
  { callTaker, apply }: LakeOptions<Event> = {},
) {
  const sink = { ...openSink(), lake: openLake(lakeBucket()) };
  const calls: readonly Afterwards[] = [relayAfter(false), ...(callTaker ? [takeAfter(callTaker)] : [])];
  const afterwards: Afterwards = async (counts) => {
    await Promise.all(calls.map((call) => call(counts)));
  };
  return kafkaHandler({ stream, consume: writeToLake(sink, layoutOf(stream), apply), afterwards });
}
