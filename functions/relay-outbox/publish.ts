/** Publishes messages of one topic in their order, however large they are. */
import { isTooLarge, type Producer } from '#adapters/kafka/index.ts';
import { type OutboxMessage, toRecord, withoutContent } from '#delivery/messages.ts';
import { DEAD_LETTER_TOPIC } from '#delivery/outbox.ts';

/** The Kafka client makes one batch of what it sends to a partition, and the brokers' default limit of a batch is 1 MB. */
const SEND_BYTES = 900_000;

export interface Published {
  /** Acknowledged by Kafka. */
  readonly sent: readonly OutboxMessage[];
  /** Why the rest was not acknowledged, if it was not. */
  readonly error?: Error;
}

/** Stops at the first failure: what comes after might overtake it. */
export async function publish(producer: Producer, rows: readonly OutboxMessage[]): Promise<Published> {
  const sent: OutboxMessage[] = [];
  for (const some of cutBySize(rows, SEND_BYTES))
    try {
      await send(producer, some);
      sent.push(...some);
    } catch (error) {
      return { sent, error: error as Error };
    }
  return { sent };
}

/**
 * A topic's limit may be lower than ours, so a batch that is too large is halved until it is one record; that one will
 * never get through, and is replaced.
 */
async function send(producer: Producer, rows: readonly OutboxMessage[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  try {
    await producer.send(first.topic, rows.map(toRecord));
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    if (rows.length === 1) return producer.send(DEAD_LETTER_TOPIC, [withoutContent(first)]);
    const half = Math.ceil(rows.length / 2);
    await send(producer, rows.slice(0, half));
    await send(producer, rows.slice(half));
  }
}

/** Cuts the list, in its order, before a part would have more bytes; a larger message is a part of its own. */
export function cutBySize(rows: readonly OutboxMessage[], bytes: number): OutboxMessage[][] {
  const parts: OutboxMessage[][] = [];
  let room = 0;
  for (const row of rows) {
    const size = sizeOf(row);
    if (size > room || parts.length === 0) {
      parts.push([]);
      room = bytes;
    }
    parts.at(-1)?.push(row);
    room -= size;
  }
  return parts;
}

/** The record's approximate size in Kafka, rather too large than too small. */
function sizeOf({ key, value, headers, deadLetter }: OutboxMessage): number {
  const own = headers.reduce((sum, { name, value }) => sum + name.length * 3 + value.length + 10, 0);
  const origin = deadLetter ? 500 + deadLetter.message.length * 3 : 0;
  return 100 + (key?.length ?? 0) + (value?.length ?? 0) + own + origin;
}
