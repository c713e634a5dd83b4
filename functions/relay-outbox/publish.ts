/** Publishes messages of one topic in their order, however large they are. */
import { cutBySize, sendHalving, sizeInKafka } from '#adapters/kafka/batches.ts';
import type { Producer } from '#adapters/kafka/index.ts';
import { type OutboxMessage, toRecord, withoutContent } from '#delivery/messages.ts';
import { DEAD_LETTER_TOPIC } from '#delivery/outbox.ts';

/** The brokers' default limit of a batch is 1 MB. */
const SEND_BYTES = 900_000;

export interface Published {
  /** Acknowledged by Kafka. */
  readonly sent: readonly OutboxMessage[];
  /** Why the rest was not acknowledged, if it was not. */
  readonly error?: Error;
}

/** Stops at the first failure: what comes after might overtake it. A message that is too large for its topic is replaced. */
export async function publish(producer: Producer, rows: readonly OutboxMessage[]): Promise<Published> {
  const sent: OutboxMessage[] = [];
  const send = (some: readonly OutboxMessage[]) => producer.send(some[0]?.topic ?? '', some.map(toRecord));
  const replace = (row: OutboxMessage) => producer.send(DEAD_LETTER_TOPIC, [withoutContent(row)]);
  for (const some of cutBySize(rows, SEND_BYTES, sizeOf))
    try {
      await sendHalving(some, send, replace);
      for (const message of some) sent.push(message);
    } catch (error) {
      return { sent, error: error as Error };
    }
  return { sent };
}

const sizeOf = (message: OutboxMessage): number =>
  sizeInKafka(message) + (message.deadLetter ? 500 + message.deadLetter.message.length * 3 : 0);
