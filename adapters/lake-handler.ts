/** A Lambda handler that archives a stream of the catalogue in the lake, one object for each partition and batch. */
import type { z } from 'zod';
import type { Stream } from '#domain/streams.ts';
import { databaseConfiguration, kafkaConfiguration, lakeBucket } from './configuration.ts';
import { kafkaHandler } from './kafka-handler.ts';
import { openLake } from './lake.ts';
import { askKafka } from './missing-offsets.ts';
import { connect } from './postgres.ts';
import { relayCaller } from './relay.ts';
import { type Layout, writeToLake } from './write-to-lake.ts';

/** Reads the function's environment, so it is to be called once, when the function starts. */
export function lakeHandler<Event extends z.ZodObject>(stream: Stream<Event>, layout: Layout<Event>) {
  const callRelay = relayCaller();
  const sink = {
    pool: connect(databaseConfiguration()),
    lake: openLake(lakeBucket()),
    ...askKafka(kafkaConfiguration()),
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
