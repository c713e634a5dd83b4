/**
 * Delivers a batch into the lake exactly once, with the ledger as a write-ahead log: plan in a transaction, write the
 * objects with no transaction held, commit in another. Whatever crashes in between, the next delivery finds the plan.
 */
import type { z } from 'zod';
import type { OffsetLookup } from '#adapters/kafka/lookup.ts';
import type { Lake, LakeObject } from '#adapters/lake/index.ts';
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { type Knowledge, learn } from '#domain/deliveries.ts';
import { type EventColumns, eventsWithin } from '#domain/event-columns.ts';
import { lakeKey } from '#domain/lake-keys.ts';
import { type ReadBatch, readBatch } from '#domain/read-batch.ts';
import { framesOf, type RecordFrames } from '#domain/record-frames.ts';
import { type PartitionBatch, withRecords } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { askKafka } from './ask-kafka.ts';
import type { Consume } from './consume.ts';
import { commitDelivery, type OpenDelivery } from './ledger.ts';
import { partitionReader } from './ledger-position.ts';
import { type PlannedDelivery, planInLedger } from './plan-in-ledger.ts';

/** How a stream's objects are named and encoded. */
export interface Layout<Event extends z.ZodObject> {
  readonly prefix: string;
  readonly name: string;
  readonly extension: string;
  readonly contentType: string;
  encode(event: Event, events: EventColumns, from: PartitionBatch): Uint8Array;
}

export interface LakeSink extends OffsetLookup {
  readonly pool: Pool;
  readonly lake: Lake;
}

/** Each round commits something or answers a question of the plan; more that only ask mean that something else is wrong. */
const MOST_ROUNDS = 20;

export function writeToLake<Event extends z.ZodObject>(sink: LakeSink, layout: Layout<Event>): Consume<Event> {
  const consume: Consume<Event> = async (stream, batch, deadline) => {
    const read = readBatch(stream, batch);
    const keyOf = (records: RecordFrames) => lakeKey(layout, batch.partition, records);
    const objects = new Map<number, boolean>();
    const done: PlannedDelivery[] = [];
    let knowledge: Knowledge = { objects };

    for (let round = 0; round < MOST_ROUNDS; round++) {
      const toPlan = { stream, batch, read, keyOf, knowledge };
      const planned = await inTransactionUntil(sink.pool, deadline, (transaction) => planInLedger(transaction, toPlan));
      if ('ask' in planned) {
        if (planned.ask === 'object') objects.set(planned.range.deliveryId, await isThere(sink.lake, planned.range));
        else {
          const { tooLarge, ...found } = await askKafka(sink, batch, planned);
          if (tooLarge) return consume(stream, withRecords(batch, tooLarge), deadline);
          knowledge = learn(knowledge, found);
        }
        continue;
      }
      const committed = await inOrder(planned.deliveries, (delivery) =>
        deliver(sink, layout, stream, batch, read, delivery, deadline),
      );
      done.push(...committed);
      if (committed.length > 0) round = 0;
      if (committed.length === planned.deliveries.length && !planned.unfinished) return count(batch, done);
    }
    throw new Error(
      `Partition ${batch.partition} of ${batch.topic} was replanned ${MOST_ROUNDS} times by other workers; ` +
        'this attempt gives up, and the batch is delivered again.',
    );
  };
  return consume;
}

/** Writes and commits one range. @returns false if another worker has abandoned the range meanwhile */
async function deliver<Event extends z.ZodObject>(
  { pool, lake }: LakeSink,
  layout: Layout<Event>,
  stream: Stream<Event>,
  batch: PartitionBatch,
  read: ReadBatch<z.infer<Event>>,
  delivery: PlannedDelivery,
  deadline: number | undefined,
): Promise<boolean> {
  const { objectKey, accepted: rows, sourceSha256 } = delivery;
  let object: LakeObject | undefined;
  if (objectKey !== null) {
    const encode = () => layout.encode(stream.event, eventsWithin(read.events, delivery), batch);
    object = delivery.adopt
      ? await lake.head(objectKey)
      : await lake.putOnce(objectKey, encode(), { rows, sourceSha256 }, layout.contentType);
    verify(lake, delivery, object);
  }
  return inTransactionUntil(pool, deadline, (transaction) =>
    commitDelivery(transaction, partitionReader(stream, batch), delivery, object),
  );
}

/** A foreign object under our key is never touched: the batch fails until a person has looked at it. */
function verify(lake: Lake, delivery: OpenDelivery, object: LakeObject | undefined): void {
  if (object?.rows === delivery.accepted && object.sourceSha256 === delivery.sourceSha256) return;
  const found = object ? `${object.rows} rows of records ${object.sourceSha256}` : 'nothing';
  throw new Error(
    `Expected s3://${lake.bucket}/${delivery.objectKey} to hold ${delivery.accepted} rows of records ` +
      `${delivery.sourceSha256}, found ${found}. See docs/runbook.md, "Foreign object in the lake".`,
  );
}

/** A range without a usable record has no object; its dead letters were written with its plan. */
async function isThere(lake: Lake, { objectKey }: OpenDelivery): Promise<boolean> {
  return objectKey === null || (await lake.head(objectKey)) !== undefined;
}

/** Runs `work` on each item in turn until it returns false. @returns the items for which it returned true */
async function inOrder<T>(items: readonly T[], work: (item: T) => Promise<boolean>): Promise<T[]> {
  const done: T[] = [];
  for (const item of items) {
    if (!(await work(item))) break;
    done.push(item);
  }
  return done;
}

function count(batch: PartitionBatch, deliveries: readonly PlannedDelivery[]) {
  const sum = (of: 'accepted' | 'rejected' | 'records') =>
    deliveries.reduce((total, delivery) => total + delivery[of], 0);
  const redelivered = Math.max(0, framesOf(batch).count - sum('records'));
  return { accepted: sum('accepted'), duplicates: 0, rejected: sum('rejected'), redelivered };
}
