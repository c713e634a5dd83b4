/** A Lambda handler that archives a stream of the catalogue in the lake, one object for each partition and batch. */
import type { z } from 'zod';
import { databaseConfiguration, kafkaConfiguration, lakeBucket } from '#adapters/configuration.ts';
import { offsetLookup } from '#adapters/kafka/missing-offsets.ts';
import { openLake } from '#adapters/lake/index.ts';
import { connect } from '#adapters/postgres/index.ts';
import { relayCaller } from '#adapters/relay.ts';
import { type Layout, writeToLake } from '#delivery/write-to-lake.ts';
import type { Stream } from '#domain/streams.ts';
import { kafkaHandler } from './kafka-handler.ts';

/** Reads the function's environment, so it is to be called once, when the function starts. */
export function lakeHandler<Event extends z.ZodObject>(stream: Stream<Event>, layout: Layout<Event>) {
  const callRelay = relayCaller();
  const sink = {
    pool: connect(databaseConfiguration()),
    lake: openLake(lakeBucket()),
    ...offsetLookup(kafkaConfiguration()),
  };
  return kafkaHandler({
    stream,
    consume: writeToLake(sink, layout),
    afterwards: async (counts) => {
      // Whoever committed what is redelivered may have ended before it asked.
      if (counts.some(({ rejected, redelivered }) => rejected + redelivered > 0)) await callRelay();
    },
  });
}
