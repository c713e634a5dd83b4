/** Kafka `online_orders`, `store_sales`, `supplier_restocks` → exact stock, the log of events, and their announcement. */
import { databaseConfiguration, kafkaConfiguration } from '#adapters/configuration.ts';
import { offsetLookup } from '#adapters/kafka/missing-offsets.ts';
import { connect } from '#adapters/postgres/index.ts';
import { relayCaller } from '#adapters/relay.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { inventoryStreams } from '#domain/streams.ts';
import { kafkaHandler } from '#lambda/kafka-handler.ts';
import { applyMovements } from './apply-movements.ts';

const callRelay = relayCaller();
const sink = {
  pool: connect(databaseConfiguration()),
  ...offsetLookup(kafkaConfiguration()),
};

export const handler = kafkaHandler({
  stream: inventoryStreams,
  consume: writeToPostgres(sink, applyMovements),
  afterwards: async (counts) => {
    // Whoever committed what is redelivered may have ended before it asked.
    if (counts.some(({ accepted, rejected, redelivered }) => accepted + rejected + redelivered > 0)) await callRelay();
  },
});
