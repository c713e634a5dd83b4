/** Kafka `transactions` → payments.transactions, each payment once, and the hours that it changed. */
import { databaseConfiguration, kafkaConfiguration } from '#adapters/configuration.ts';
import { offsetLookup } from '#adapters/kafka/missing-offsets.ts';
import { connect } from '#adapters/postgres/index.ts';
import { relayCaller } from '#adapters/relay.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { streams } from '#domain/streams.ts';
import { kafkaHandler } from '#lambda/kafka-handler.ts';
import { storePayments } from './store.ts';

const callRelay = relayCaller();
const sink = {
  pool: connect(databaseConfiguration()),
  ...offsetLookup(kafkaConfiguration()),
};

export const handler = kafkaHandler({
  stream: streams.transactions,
  consume: writeToPostgres(sink, storePayments),
  afterwards: async (counts) => {
    if (counts.some(({ rejected }) => rejected > 0)) await callRelay();
  },
});
