/** The Kafka record of a row of the outbox. */
import type { KafkaRecord } from '#domain/records.ts';

/** A row of the outbox, with the dead letter that it announces. */
export interface OutboxMessage {
  readonly outboxId: number;
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly StoredHeader[];
  /** Set for a message of the topic dlq: where the record came from and what was wrong with it. */
  readonly deadLetter: Origin | null;
}

/** The value is base64. */
export interface StoredHeader {
  readonly name: string;
  readonly value: string;
}

export interface Origin {
  readonly deadLetterId: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly message: string;
  readonly consumer: string;
  /** ISO 8601. */
  readonly failedAt: string;
}

/** A record as it goes to Kafka. */
export type Message = Pick<KafkaRecord, 'key' | 'value' | 'headers'>;

/** Kafka counts a record's headers in its size, and a message may quote the value it complains about. */
const LONGEST_MESSAGE = 1_000;

/**
 * A dead letter has the key, the value and the headers of the record that failed, byte for byte, after headers that
 * say where it came from and why. Any other message is as it was put into the outbox.
 */
export function toRecord({ key, value, headers, deadLetter }: OutboxMessage): Message {
  const own = headers.map(({ name, value }) => ({ name, value: Buffer.from(value, 'base64') }));
  return { key, value, headers: deadLetter ? [...originHeaders(deadLetter), ...own] : own };
}

/**
 * Replaces, on the topic dlq, a record that Kafka will never accept, so that those behind it get through: a dead letter
 * without key, value and headers of its own, which stay in the database.
 */
export function withoutContent({ outboxId, topic, key, value, deadLetter }: OutboxMessage): Message {
  const bytes = (key?.length ?? 0) + (value?.length ?? 0);
  const origin = deadLetter
    ? originHeaders(deadLetter)
    : Object.entries({
        'origin-topic': topic,
        reason: 'too_large',
        message:
          'Kafka refused the record as too large for its topic; ledger.outbox or ledger.announcements has it, by outbox-id',
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
