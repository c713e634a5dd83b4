/** Kafka `transactions` → payments.transactions, each payment once, and the hours that it changed. */
import { databaseConfiguration, kafkaConfiguration } from '#adapters/configuration.ts';
import { kafkaHandler } from '#adapters/kafka-handler.ts';
import { askKafka } from '#adapters/missing-offsets.ts';
import { connect } from '#adapters/postgres.ts';
import { relayCaller } from '#adapters/relay.ts';
import { writeToPostgres } from '#adapters/write-to-postgres.ts';
import { streams } from '#domain/streams.ts';
import { storeTransactions } from './store.ts';

const callRelay = relayCaller();
const sink = {
  pool: connect(databaseConfiguration()),
  ...askKafka(kafkaConfiguration()),
};

export const handler = kafkaHandler({
  stream: streams.transactions,
  consume: writeToPostgres(sink, storeTransactions),
  afterwards: async (counts) => {
    if (counts.some(({ rejected }) => rejected > 0)) await callRelay();
  },
});
