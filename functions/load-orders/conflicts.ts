/**
 * Writes the records of conflicting orders into the dead letters. The lake has a record's columns only, so its key, headers,
 * unknown fields and the way a number was written are read from Kafka: once for the whole load. The transaction stays open
 * meanwhile, since only a load of the same files or orders waits for it, and it ends at the load's deadline.
 */
import type { RecordLookup } from '#adapters/kafka/lookup.ts';
import type { FoundRecords } from '#adapters/kafka/offsets.ts';
import type { Lake } from '#adapters/lake/index.ts';
import { objectSource, readEvents } from '#adapters/lake/parquet-read.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { insertDeadLetters } from '#delivery/ledger.ts';
import { publishDeadLetters } from '#delivery/outbox.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import type { LakeFile } from './claim.ts';
import { type Conflicting, letterOf } from './conflict-letter.ts';
import { CONSUMER, type Repeats } from './settle.ts';

export interface Archives {
  readonly lake: Lake;
  readonly kafka: RecordLookup;
}

/** @param timeUp ends the reading of Kafka */
export async function writeConflicts(
  transaction: Transaction,
  { lake, kafka }: Archives,
  files: readonly LakeFile[],
  repeats: readonly Repeats[],
  timeUp: AbortSignal,
): Promise<void> {
  const byDelivery = new Map(repeats.map((repeat) => [repeat.delivery_id, repeat]));
  const conflicts: Conflicting[][] = [];
  for (const file of files) conflicts.push(await conflictsOf(lake, file, byDelivery.get(file.deliveryId)));
  for (const [topic, ofTopic] of Map.groupBy(conflicts.flat(), ({ file }) => file.topic)) {
    const left = new Map(
      ofTopic.map((conflict) => [placeOf(conflict.file.partition, conflict.order.offset), conflict]),
    );
    for await (const { partition, records } of inKafka(kafka, topic, ofTopic, timeUp)) {
      const found = records.flatMap((record) => {
        const place = placeOf(partition, record.offset);
        const conflict = left.get(place);
        left.delete(place);
        return conflict ? [{ conflict, record }] : [];
      });
      await write(transaction, found);
    }
    const gone = [...left.values()].map((conflict) => ({ conflict }));
    await write(transaction, gone);
  }
  const conflicting = repeats.filter(({ conflicts }) => conflicts > 0).map(({ delivery_id }) => delivery_id);
  await publishDeadLetters(transaction, conflicting, CONSUMER);
}

const placeOf = (partition: number, offset: number): string => `${partition}/${offset}`;

/** The file's conflicts without a dead letter, with their orders. */
async function conflictsOf(lake: Lake, file: LakeFile, repeats: Repeats | undefined): Promise<Conflicting[]> {
  const messages = new Map(repeats?.letters.map(({ offset, message }) => [offset, message]));
  if (messages.size === 0) return [];
  const found: Conflicting[] = [];
  for await (const orders of readEvents(orderEvent, objectSource(lake, file.key, file.bytes)))
    for (const order of orders) {
      const message = messages.get(order.offset);
      if (message !== undefined) found.push({ file, order, message });
      messages.delete(order.offset);
    }
  const [missing] = messages.keys();
  if (missing !== undefined)
    throw new Error(`Expected offset ${missing} in s3://${lake.bucket}/${file.key}, found none.`);
  return found;
}

async function* inKafka(
  kafka: RecordLookup,
  topic: string,
  conflicts: readonly Conflicting[],
  timeUp: AbortSignal,
): AsyncGenerator<FoundRecords> {
  const offsets = new Map<number, Set<number>>();
  for (const { file, order } of conflicts)
    offsets.set(file.partition, (offsets.get(file.partition) ?? new Set()).add(order.offset));
  try {
    yield* kafka.recordsAt(topic, offsets, timeUp);
  } catch (cause) {
    const places = [...offsets].map(([partition, of]) => `partition ${partition} offsets ${listed(of)}`);
    throw new Error(
      `Conflicting orders could not be read from Kafka, topic ${topic} ${places.join(', ')}: ${(cause as Error).message}. ` +
        'The load was rolled back. Run it again once Kafka answers; if it ran out of time, load fewer files at once.',
      { cause },
    );
  }
}

const LISTED = 5;

const listed = (offsets: ReadonlySet<number>): string =>
  [...offsets].slice(0, LISTED).join(', ') + (offsets.size > LISTED ? ` and ${offsets.size - LISTED} more` : '');

interface Found {
  readonly conflict: Conflicting;
  /** What Kafka has at its offset. */
  readonly record?: KafkaRecord;
}

async function write(transaction: Transaction, found: readonly Found[]): Promise<void> {
  for (const [deliveryId, ofDelivery] of Map.groupBy(found, ({ conflict }) => conflict.file.deliveryId)) {
    const letters = ofDelivery.map(({ conflict, record }) => letterOf(conflict, record));
    await insertDeadLetters(transaction, CONSUMER, deliveryId, letters);
  }
}
