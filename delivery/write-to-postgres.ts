/**
 * Delivers a batch into PostgreSQL exactly once: its offsets and its effects are committed in one transaction, so a
 * redelivery finds them covered and changes nothing.
 */
import type { z } from 'zod';
import type { OffsetLookup } from '#adapters/kafka/lookup.ts';
import { inTransactionUntil, type Pool, retryTransaction, type Transaction } from '#adapters/postgres/index.ts';
import type { DeadLetter } from '#domain/dead-letters.ts';
import { type Knowledge, learn, type Question } from '#domain/deliveries.ts';
import { type EventColumns, eventsWithin } from '#domain/event-columns.ts';
import { filterOfEvents } from '#domain/id-filter.ts';
import { type ReadBatch, readBatch } from '#domain/read-batch.ts';
import { framedBatch, framesOf, framesWithin } from '#domain/record-frames.ts';
import { type KafkaRecord, type PartitionBatch, withRecords } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { askKafka } from './ask-kafka.ts';
import type { Consume, Counts } from './consume.ts';
import { insertDelivery } from './ledger.ts';
import { partitionReader } from './ledger-position.ts';
import { publishDeadLetters } from './outbox.ts';
import { planBatch } from './plan-batch.ts';
import { timesOf } from './record-times.ts';
import { hashOfFrames } from './source-hash.ts';
import { within } from './within.ts';

export interface PostgresSink extends OffsetLookup {
  readonly pool: Pool;
}

/** The new part of a batch: the records as they came, and as they were read. */
export interface NewRecords {
  readonly batch: PartitionBatch;
  /** Its usable events, which `Apply` is for. */
  readonly events: EventColumns;
  /** Those that say that something is gone (domain/stream.ts, `cleanup`). */
  readonly tombstones: readonly KafkaRecord[];
  readonly bad: readonly DeadLetter[];
  /** The id of the delivery that they will be. */
  readonly deliveryId: number;
}

export interface Applied {
  readonly duplicates: number;
  /** Sum of the fingerprints of the rows that it has written for these records; decimal text. */
  readonly rowsFingerprint: string;
  /** Readable records that could not be applied, such as those of an unknown product. */
  readonly refused: readonly DeadLetter[];
}

/** Gives the good records their effect, in the transaction that also stores their offsets. */
export type Apply<Event extends z.ZodObject> = (
  transaction: Transaction,
  stream: Stream<Event>,
  records: NewRecords,
) => Promise<Applied>;

const ATTEMPTS = 10;

export function writeToPostgres<Event extends z.ZodObject>(sink: PostgresSink, apply: Apply<Event>): Consume<Event> {
  const consume: Consume<Event> = async (stream, batch, deadline) => {
    const read = readBatch(stream, batch);
    const done: Done[] = [];
    let knowledge: Knowledge = { objects: new Map() };
    const attempt = () =>
      inTransactionUntil(sink.pool, deadline, (transaction) =>
        deliver(transaction, stream, batch, read, apply, knowledge),
      );
    for (;;) {
      const outcome = await retryTransaction(ATTEMPTS, attempt);
      if (!('ask' in outcome)) {
        done.push(outcome);
        if (outcome.unfinished) continue;
        return count(batch, done);
      }
      if (outcome.ask === 'object')
        throw new Error(
          `Expected no open range of ${stream.consumer}, whose deliveries are one transaction, got one from offset ` +
            `${outcome.range.firstOffset} of ${batch.topic} partition ${batch.partition}; run the proof to see what is off.`,
        );
      const { tooLarge, ...found } = await askKafka(sink, batch, outcome);
      if (tooLarge) return consume(stream, withRecords(batch, tooLarge), deadline);
      knowledge = learn(knowledge, found);
    }
  };
  return consume;
}

/** What one transaction delivered of a batch. */
interface Done extends Omit<Counts, 'redelivered'> {
  readonly records: number;
  /** The batch must be planned again: there is more. */
  readonly unfinished: boolean;
}

async function deliver<Event extends z.ZodObject>(
  transaction: Transaction,
  stream: Stream<Event>,
  batch: PartitionBatch,
  read: ReadBatch<z.infer<Event>>,
  apply: Apply<Event>,
  knowledge: Knowledge,
): Promise<Done | Question> {
  const plan = await planBatch(transaction, stream, batch, read, knowledge, true);
  if ('ask' in plan) return plan;
  const range = plan.steps[0]?.range;
  if (!range) return { records: 0, accepted: 0, duplicates: 0, rejected: 0, unfinished: plan.unfinished };

  const records = framesWithin(framesOf(batch), range);
  const events = eventsWithin(read.events, range);
  const tombstones = within(read.tombstones, range);
  const bad = within(read.bad, range);
  const deliveryId = plan.reservedId as number;
  const newRecords = { batch: framedBatch(batch.topic, batch.partition, records), events, tombstones, bad, deliveryId };
  const { duplicates, refused, rowsFingerprint } = await apply(transaction, stream, newRecords);
  const letters = [...bad, ...refused];
  const counts = {
    accepted: events.rows + tombstones.length - duplicates - refused.length,
    duplicates,
    rejected: letters.length,
  };
  const delivery = {
    ...range,
    ...counts,
    state: 'committed' as const,
    records: records.count,
    cents: null,
    times: timesOf(records),
    sourceSha256: hashOfFrames(records),
    objectKey: null,
    idFilter: filterOfEvents(stream, events),
    reserved: { deliveryId, rowsFingerprint },
  };
  await insertDelivery(transaction, partitionReader(stream, batch), delivery, letters);
  if (letters.length > 0) await publishDeadLetters(transaction, [deliveryId], stream.consumer);
  return { ...counts, records: records.count, unfinished: plan.unfinished };
}

function count(batch: PartitionBatch, deliveries: readonly Done[]): Counts {
  const sum = (of: 'records' | 'accepted' | 'duplicates' | 'rejected') =>
    deliveries.reduce((total, delivery) => total + delivery[of], 0);
  const redelivered = framesOf(batch).count - sum('records');
  return { accepted: sum('accepted'), duplicates: sum('duplicates'), rejected: sum('rejected'), redelivered };
}
