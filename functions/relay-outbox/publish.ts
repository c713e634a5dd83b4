/** Publishes messages of one topic in their order, however large they are. */
import { cutBySize, sendHalving, sizeInKafka } from '#adapters/kafka/batches.ts';
import type { ProducedRecord, Producer, Written } from '#adapters/kafka/index.ts';
import { type OutboxMessage, toRecord, withoutContent } from '#delivery/messages.ts';
import { DEAD_LETTER_TOPIC } from '#delivery/outbox.ts';

/** The brokers' default limit of a batch is 1 MB. */
const SEND_BYTES = 900_000;

/** A message that Kafka has acknowledged. */
export interface SentMessage extends OutboxMessage {
  /** Where Kafka has it; undefined if it has another record in its place, or doesn't say. */
  readonly place: { readonly partition: number; readonly offset: number } | undefined;
}

export interface Published {
  readonly sent: readonly SentMessage[];
  /** Why the rest was not acknowledged, if it was not. */
  readonly error?: Error;
}

/** Stops at the first failure: what comes after might overtake it. A message that is too large for its topic is replaced. */
export async function publish(producer: Producer, rows: readonly OutboxMessage[]): Promise<Published> {
  const sent: SentMessage[] = [];
  for (const some of cutBySize(rows, SEND_BYTES, sizeOf))
    try {
      const places = new Map<OutboxMessage, SentMessage['place']>();
      const send = async (some: readonly OutboxMessage[]) => {
        const records = new Map(some.map((message): [ProducedRecord, OutboxMessage] => [toRecord(message), message]));
        for (const written of await producer.send(some[0]?.topic ?? '', [...records.keys()]))
          written.records.forEach((record, index) => {
            const message = records.get(record);
            if (message) places.set(message, placeOf(written, index));
          });
      };
      const replace = (row: OutboxMessage) => producer.send(DEAD_LETTER_TOPIC, [withoutContent(row)]);
      await sendHalving(some, send, replace);
      for (const message of some) sent.push({ ...message, place: places.get(message) });
    } catch (error) {
      return { sent, error: error as Error };
    }
  return { sent };
}

const placeOf = ({ partition, firstOffset }: Written, index: number): SentMessage['place'] =>
  firstOffset === undefined ? undefined : { partition, offset: firstOffset + index };

const sizeOf = (message: OutboxMessage): number =>
  sizeInKafka(message) + (message.deadLetter ? 500 + message.deadLetter.message.length * 3 : 0);
