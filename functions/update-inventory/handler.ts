/** Kafka `online_orders`, `store_sales`, `supplier_restocks` → exact stock, the log of events, and their announcement. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { databaseConfiguration, required } from '#adapters/configuration.ts';
import { kafkaHandler } from '#adapters/kafka-handler.ts';
import { connect } from '#adapters/postgres.ts';
import { writeToPostgres } from '#adapters/write-to-postgres.ts';
import { inventoryStreams } from '#domain/streams.ts';
import { applyMovements } from './apply-movements.ts';

const lambda = new LambdaClient();
const sink = {
  pool: connect(databaseConfiguration()),
  async earliestOffset(topic: string, partition: number) {
    const { earliestOffset } = await import('#adapters/kafka-offsets.ts');
    return earliestOffset(required('KAFKA_BOOTSTRAP_SERVERS'), topic, partition);
  },
};

export const handler = kafkaHandler({
  stream: inventoryStreams,
  consume: writeToPostgres(sink, applyMovements),
  // Without waiting for its answer; if the call is lost, the relay's schedule makes up for it within a minute.
  async afterwards() {
    const relay = { FunctionName: required('RELAY_FUNCTION'), InvocationType: 'Event' as const };
    await lambda.send(new InvokeCommand(relay)).catch(() => {});
  },
});
