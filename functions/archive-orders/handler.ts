/** Kafka `orders` → immutable Parquet objects in the lake, one for each partition and batch. */
import { databaseConfiguration, kafkaConfiguration, lakeBucket } from '#adapters/configuration.ts';
import { kafkaHandler } from '#adapters/kafka-handler.ts';
import { openLake } from '#adapters/lake.ts';
import { askKafka } from '#adapters/missing-offsets.ts';
import { connect } from '#adapters/postgres.ts';
import { relayCaller } from '#adapters/relay.ts';
import { writeToLake } from '#adapters/write-to-lake.ts';
import { streams } from '#domain/streams.ts';
import { orderObjects } from './order-objects.ts';

const callRelay = relayCaller();
const sink = {
  pool: connect(databaseConfiguration()),
  lake: openLake(lakeBucket()),
  ...askKafka(kafkaConfiguration()),
};

export const handler = kafkaHandler({
  stream: streams.orders,
  consume: writeToLake(sink, orderObjects),
  afterwards: async (counts) => {
    // Whoever committed what is redelivered may have ended before it asked.
    if (counts.some(({ rejected, redelivered }) => rejected + redelivered > 0)) await callRelay();
  },
});
