/**
 * Delivers a batch into PostgreSQL exactly once: its offsets and its effects are committed in one transaction, so a
 * redelivery finds them covered and changes nothing.
 */
import type { z } from 'zod';
import type { OffsetLookup } from '#adapters/kafka/lookup.ts';
import { inTransactionUntil, type Pool, retryTransaction, type Transaction } from '#adapters/postgres/index.ts';
import { type Knowledge, learn, type Question } from '#domain/deliveries.ts';
import { filterOfEvents } from '#domain/id-filter.ts';
import { type ReadBatch, readBatch } from '#domain/read-batch.ts';
import { framesOf } from '#domain/record-frames.ts';
import { type PartitionBatch, withRecords } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { type Apply, newRecords } from './apply.ts';
import { askKafka } from './ask-kafka.ts';
import { type Consume, countsOf, type Done } from './consume.ts';
import { insertDelivery } from './ledger.ts';
import { partitionReader } from './ledger-position.ts';
import { publishDeadLetters } from './outbox.ts';
import { planBatch } from './plan-batch.ts';
import { timesOf } from './record-times.ts';
import { hashOfFrames } from './source-hash.ts';

export interface PostgresSink extends OffsetLookup {
  readonly pool: Pool;
}

const ATTEMPTS = 10;

export function writeToPostgres<Event extends z.ZodObject>(sink: PostgresSink, apply: Apply<Event>): Consume<Event> {
  const consume: Consume<Event> = async (stream, batch, deadline) => {
    const read = readBatch(stream, batch);
    const done: Delivered[] = [];
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
        return countsOf(batch, done);
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
interface Delivered extends Done {
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
): Promise<Delivered | Question> {
  const plan = await planBatch(transaction, stream, batch, read, knowledge, true);
  if ('ask' in plan) return plan;
  const range = plan.steps[0]?.range;
  if (!range) return { records: 0, accepted: 0, duplicates: 0, rejected: 0, unfinished: plan.unfinished };

  const records = newRecords(batch, read, range, plan.reservedId as number);
  const { deliveryId, events, tombstones, bad } = records;
  const { duplicates, refused, rowsFingerprint } = await apply(transaction, stream, records);
  const frames = framesOf(records.batch);
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
    records: frames.count,
    cents: null,
    times: timesOf(frames),
    sourceSha256: hashOfFrames(frames),
    objectKey: null,
    idFilter: filterOfEvents(stream, events),
    reserved: { deliveryId, rowsFingerprint },
  };
  await insertDelivery(transaction, partitionReader(stream, batch), delivery, letters);
  if (letters.length > 0) await publishDeadLetters(transaction, [deliveryId], stream.consumer);
  return { ...counts, records: frames.count, unfinished: plan.unfinished };
}
