/**
 * After each commit of update-inventory, every minute, and after a redrive: publishes the outbox to Kafka. The run of the
 * minute then removes what is old; the others don't, since what was just committed should only have to wait for Kafka.
 */
import { databaseConfiguration, kafkaConfiguration } from '#adapters/configuration.ts';
import { connect } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { relay } from './relay.ts';
import { removeSent } from './remove.ts';
import { readRequest } from './request.ts';
import { oldestUnsent } from './unsent.ts';

const pool = connect(databaseConfiguration());

async function connectKafka() {
  // Loaded when there is something to publish, and not at every cold start.
  const { connectKafka } = await import('#adapters/kafka/index.ts');
  return connectKafka({
    ...kafkaConfiguration(),
    clientId: 'tillstream-relay-outbox',
  });
}

export const handler = observed(async (payload: unknown, { deadline, count, seconds, logger }) => {
  const { keep_sent_days: keepDays } = readRequest(payload);
  const result = await relay({ pool, connectKafka, deadline }).finally(async () => {
    // Told just then, too, when Kafka can't be reached.
    seconds('OutboxAge', await oldestUnsent(pool));
  });
  logger.info('relayed', { ...result });
  count('OutboxPublished', result.published);
  if (keepDays !== undefined) count('OutboxRemoved', await removeSent({ pool, keepDays, deadline }));
  const failed = Object.entries(result.failures);
  if (failed.length > 0)
    throw new Error(`Kafka took no message for ${failed.map(([topic, why]) => `${topic}: ${why}`).join('; ')}`);
  return result;
});
