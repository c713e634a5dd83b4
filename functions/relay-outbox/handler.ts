/**
 * Publishes the outbox to Kafka: after each commit that may have left something in it, after a redrive, and every minute.
 * The scheduled run also removes old messages, and ends readers that keep vacuum from the outbox; the others don't, so that what was
 * just committed waits for Kafka alone.
 */
import { databaseConfiguration, kafkaConfiguration } from '#adapters/configuration.ts';
import { connect } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { keepOpen } from './keep-open.ts';
import { endLongReaders } from './long-readers.ts';
import { relay } from './relay.ts';
import { removeSent } from './remove.ts';
import { readRequest } from './request.ts';
import { oldestUnsent } from './unsent.ts';

const pool = connect(databaseConfiguration());

const connectKafka = keepOpen(async () => {
  // Loaded when there is something to publish, and not at every cold start.
  const { connectKafka } = await import('#adapters/kafka/index.ts');
  return connectKafka({
    ...kafkaConfiguration(),
    clientId: 'tillstream-relay-outbox',
  });
});

export const handler = observed(async (payload: unknown, { deadline, count, seconds, logger }) => {
  const { keep_sent_days: keepDays } = readRequest(payload);
  const result = await relay({ pool, connectKafka, deadline }).finally(async () => {
    // Reported even if Kafka can't be reached, which is when it matters.
    seconds('OutboxAge', await oldestUnsent(pool));
  });
  logger.info('relayed', { ...result });
  count('OutboxPublished', result.published);
  if (keepDays !== undefined) {
    count('ReadersEnded', await endLongReaders(pool));
    count('OutboxRemoved', await removeSent({ pool, keepDays, deadline }));
  }
  const failed = Object.entries(result.failures);
  if (failed.length > 0)
    throw new Error(`Kafka accepted no message for ${failed.map(([topic, why]) => `${topic}: ${why}`).join('; ')}`);
  return result;
});
