/**
 * Delivers a batch into the lake exactly once, with the ledger as a write-ahead log: plan in a transaction, write the
 * objects with no transaction held, commit in another. Whatever crashes in between, the next delivery finds the plan.
 */
import type { z } from 'zod';
import type { OffsetLookup } from '#adapters/kafka/lookup.ts';
import type { Lake, LakeObject } from '#adapters/lake/index.ts';
import { inTransactionUntil, type Pool, retryTransaction } from '#adapters/postgres/index.ts';
import { type Knowledge, learn } from '#domain/deliveries.ts';
import { type EventColumns, eventsWithin } from '#domain/event-columns.ts';
import { lakeKey } from '#domain/lake-keys.ts';
import { type ReadBatch, readBatch } from '#domain/read-batch.ts';
import type { RecordFrames } from '#domain/record-frames.ts';
import { type PartitionBatch, withRecords } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import type { Applied, Apply } from './apply.ts';
import { askKafka } from './ask-kafka.ts';
import { type Consume, countsOf, type Done } from './consume.ts';
import { commitDelivery, type OpenDelivery } from './ledger.ts';
import { partitionReader } from './ledger-position.ts';
import { loadIntoTable, recordsOf } from './load-into-table.ts';
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

/** @param apply what fills the stream's table as well, if it has one: with the commit, so both take effect or none */
export function writeToLake<Event extends z.ZodObject>(
  sink: LakeSink,
  layout: Layout<Event>,
  apply?: Apply<Event>,
): Consume<Event> {
  const consume: Consume<Event> = async (stream, batch, deadline) => {
    const read = readBatch(stream, batch);
    const keyOf = (records: RecordFrames) => lakeKey(layout, batch.partition, records);
    const objects = new Map<number, boolean>();
    const done: Done[] = [];
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
        deliver(sink, layout, apply, stream, batch, read, delivery, deadline),
      );
      done.push(...committed);
      if (committed.length > 0) round = 0;
      if (committed.length === planned.deliveries.length && !planned.unfinished) return countsOf(batch, done);
    }
    throw new Error(
      `Partition ${batch.partition} of ${batch.topic} was replanned ${MOST_ROUNDS} times by other workers; ` +
        'this attempt gives up, and the batch is delivered again.',
    );
  };
  return consume;
}

const ATTEMPTS = 10;

/** Writes and commits one range. @returns undefined if another worker has abandoned the range meanwhile */
async function deliver<Event extends z.ZodObject>(
  sink: LakeSink,
  layout: Layout<Event>,
  apply: Apply<Event> | undefined,
  stream: Stream<Event>,
  batch: PartitionBatch,
  read: ReadBatch<z.infer<Event>>,
  delivery: PlannedDelivery,
  deadline: number | undefined,
): Promise<Done | undefined> {
  const { lake } = sink;
  const { objectKey, accepted: rows, sourceSha256 } = delivery;
  let object: LakeObject | undefined;
  if (objectKey !== null) {
    const encode = () => layout.encode(stream.event, eventsWithin(read.events, delivery), batch);
    object = delivery.adopt
      ? await lake.head(objectKey)
      : await lake.putOnce(objectKey, encode(), { rows, sourceSha256 }, layout.contentType);
    verify(lake, delivery, object);
  }
  const load = apply && { apply, records: await recordsOf(sink, stream, batch, read, delivery) };
  return retryTransaction(ATTEMPTS, () =>
    inTransactionUntil(sink.pool, deadline, async (transaction) => {
      let applied: Pick<Applied, 'duplicates' | 'refused'> = { duplicates: 0, refused: [] };
      const isDone = await commitDelivery(transaction, partitionReader(stream, batch), delivery, object, async () => {
        if (load) applied = await loadIntoTable(transaction, stream, load.records, load.apply);
        return applied.refused.length;
      });
      return isDone ? withLoad(delivery, applied) : undefined;
    }),
  );
}

/** The object has all that it accepts; a table beside it has no repeats. */
const withLoad = (
  { records, accepted, rejected }: PlannedDelivery,
  { duplicates, refused: { length: refused } }: Pick<Applied, 'duplicates' | 'refused'>,
): Done => ({ records, accepted: accepted - duplicates - refused, duplicates, rejected: rejected + refused });

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

/** Runs `work` on each item in turn until it returns nothing. @returns what it returned before */
async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R | undefined>): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) {
    const result = await work(item);
    if (result === undefined) break;
    done.push(result);
  }
  return done;
}
