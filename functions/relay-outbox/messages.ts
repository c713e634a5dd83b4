/** The Kafka record of a row of the outbox. */
import type { ProducedRecord } from '#adapters/kafka/index.ts';
import type { Origin, Unsent } from './unsent.ts';

/** Kafka counts a record's headers in its size, and a message may quote the value it complains about. */
const LONGEST_MESSAGE = 1_000;

/**
 * A dead letter has the key, the value and the headers of the record that failed, byte for byte, after headers that
 * say where it came from and why. Any other message is as it was put into the outbox.
 */
export function toRecord({ key, value, headers, deadLetter }: Unsent): ProducedRecord {
  const own = headers.map(({ name, value }) => ({ name, value: Buffer.from(value, 'base64') }));
  return { key, value, headers: deadLetter ? [...originHeaders(deadLetter), ...own] : own };
}

/**
 * Replaces, on the topic dlq, a record that Kafka will never accept, so that those behind it get through: a dead letter
 * without key, value and headers of its own, which stay in the database.
 */
export function withoutContent({ outboxId, topic, key, value, deadLetter }: Unsent): ProducedRecord {
  const bytes = (key?.length ?? 0) + (value?.length ?? 0);
  const origin = deadLetter
    ? originHeaders(deadLetter)
    : Object.entries({
        'origin-topic': topic,
        reason: 'too_large',
        message: 'Kafka refused the record as too large for its topic; ledger.outbox has it',
        consumer: 'relay-outbox',
        'outbox-id': outboxId,
      }).map(header);
  return { key: null, value: null, headers: [...origin, header(['content-left-out-bytes', bytes])] };
}

const originHeaders = (origin: Origin) =>
  Object.entries({
    'origin-topic': origin.topic,
    'origin-partition': origin.partition,
    'origin-offset': origin.offset,
    reason: origin.reason,
    message: origin.message.slice(0, LONGEST_MESSAGE).toWellFormed(),
    consumer: origin.consumer,
    'failed-at': origin.failedAt,
    'dead-letter-id': origin.deadLetterId,
  }).map(header);

const header = ([name, value]: readonly [string, string | number]) => ({ name, value: Buffer.from(String(value)) });
