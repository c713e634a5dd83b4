/** Tells a redelivery from other records under the same offsets, which a topic has after it was deleted and made anew. */
import type { Transaction } from '#adapters/postgres/index.ts';
import type { Knowledge, OffsetRange, Question } from '#domain/deliveries.ts';
import { idsOf, mayHold } from '#domain/id-filter.ts';
import type { ReadBatch } from '#domain/read-batch.ts';
import type { KafkaRecord, PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { type Delivered, deliveriesIn } from './ledger.ts';
import { partitionReader } from './ledger-position.ts';
import { areOfTime } from './record-times.ts';
import { sourceHash } from './source-hash.ts';
import { within } from './within.ts';

/**
 * Compares what the batch holds of earlier deliveries, planned or committed, with what the ledger keeps of them.
 *
 * @param nextOffset the position; what lies before it counts as consumed
 * @returns a question, or nothing if they are the same
 * @throws if they took other records: those of the batch would count as consumed and have no effect
 */
export async function expectSameRecords(
  transaction: Transaction,
  stream: Stream,
  batch: PartitionBatch,
  read: ReadBatch<object>,
  nextOffset: number,
  { earliest, inKafka }: Knowledge,
): Promise<Exclude<Question, { readonly ask: 'object' }> | undefined> {
  const [first, last] = [batch.records[0], batch.records.at(-1)];
  if (!first || !last) return undefined;
  const range = { firstOffset: first.offset, lastOffset: last.offset };
  const deliveries = await deliveriesIn(transaction, partitionReader(stream, batch), range);
  for (const delivery of deliveries) {
    const records = within(batch.records, delivery);
    let same = compare(delivery, stream, records, read);
    if (same !== true && records.length < delivery.records) {
      const { deliveryId } = delivery;
      if (!inKafka?.has(deliveryId)) return { ask: 'records', of: delivery };
      same = inKafka.get(deliveryId) ?? same;
    }
    if (same !== false) continue;
    const { republishedBefore, firstOffset, lastOffset } = delivery;
    if (republishedBefore !== null && lastOffset < republishedBefore) {
      if (earliest === undefined) return { ask: 'earliest' };
      // The event source still has what delivery/republish.ts has moved.
      if (earliest >= republishedBefore) continue;
    }
    throw others(
      stream,
      batch,
      { firstOffset, lastOffset },
      `the ${delivery.records} records that ${stream.consumer} took before`,
    );
  }
  const unknown = batch.records.find(({ offset }) => offset < nextOffset && !deliveries.some(holds(offset)));
  // What expired before it was consumed, or before the first delivery, can't come any more.
  if (!unknown || stream.batching.startingPosition === 'LATEST') return undefined;
  if (earliest === undefined) return { ask: 'earliest' };
  if (earliest > unknown.offset) return undefined;
  const { offset } = unknown;
  throw others(
    stream,
    batch,
    { firstOffset: offset, lastOffset: offset },
    'no record, since what was there had expired',
  );
}

/**
 * Whether these are the records that the delivery took, or a part of them.
 *
 * @param records all that there are in its range
 * @returns undefined if there is nothing to go by
 */
export function compare(
  delivery: Delivered,
  stream: Stream,
  records: readonly KafkaRecord[],
  read: ReadBatch<object>,
): boolean | undefined {
  if (records.length >= delivery.records) return sourceHash(records) === delivery.sourceSha256;
  const known = areInFilter(delivery, stream, read);
  // Compaction may leave any of them, or none, so those that are missing tell nothing; and other records of the topic are of the same ids.
  return stream.cleanup ? known !== false && areOfTime(records, delivery) : known;
}

/** Whether the filter of the delivery holds the ids of these records; undefined if there is no filter or no id. */
function areInFilter(delivery: Delivered, stream: Stream, read: ReadBatch<object>): boolean | undefined {
  const { filter } = delivery;
  if (!filter) return undefined;
  // What it rejected is not in its filter, and may be readable to a newer version.
  const rejected = new Set(delivery.rejectedOffsets);
  const accepted = within(read.good, delivery).filter(({ offset }) => !rejected.has(offset));
  const ids = [...idsOf({ ids: stream.ids.slice(0, 1) }, accepted)];
  return ids.length === 0 ? undefined : ids.every((id) => mayHold(filter, id));
}

const holds =
  (offset: number) =>
  ({ firstOffset, lastOffset }: OffsetRange): boolean =>
    offset >= firstOffset && offset <= lastOffset;

const others = (
  { cleanup }: Stream,
  { topic, partition }: PartitionBatch,
  { firstOffset, lastOffset }: OffsetRange,
  expected: string,
) =>
  new Error(
    `Expected offsets ${firstOffset} to ${lastOffset} of ${topic} partition ${partition} to be ${expected}, got others: the topic ` +
      'was deleted and made anew, or its log was truncated. Nothing of this batch takes effect. ' +
      (cleanup
        ? 'See docs/runbook.md, "A compacted topic has other records than before".'
        : `npx tillstream republish ${topic} goes on without loss. See docs/runbook.md, "A topic has other records than before".`),
  );
