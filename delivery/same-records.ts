/** Tells a redelivery from other records under the same offsets, which a topic has after it was deleted and made anew. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { idsOf, mayHold } from '#domain/id-filter.ts';
import type { PartitionBatch, ReadBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { type Delivered, deliveriesIn } from './ledger.ts';
import { partitionReader } from './ledger-position.ts';
import { sourceHash } from './source-hash.ts';
import { within } from './within.ts';

/**
 * Compares what the batch holds of earlier deliveries, planned or committed, with what the ledger keeps of them.
 *
 * @param earliest the partition's earliest offset in Kafka, once it has been looked up
 * @returns a question, or nothing if they are the same
 * @throws if they took other records: those of the batch would count as consumed and have no effect
 */
export async function expectSameRecords(
  transaction: Transaction,
  stream: Stream,
  batch: PartitionBatch,
  read: ReadBatch<object>,
  earliest: number | undefined,
): Promise<{ readonly ask: 'earliest' } | undefined> {
  const [first, last] = [batch.records[0], batch.records.at(-1)];
  if (!first || !last) return undefined;
  const range = { firstOffset: first.offset, lastOffset: last.offset };
  for (const delivery of await deliveriesIn(transaction, partitionReader(stream, batch), range)) {
    if (isOf(delivery, stream, batch, read)) continue;
    const { republishedBefore } = delivery;
    if (republishedBefore !== null && delivery.lastOffset < republishedBefore) {
      if (earliest === undefined) return { ask: 'earliest' };
      // The event source still has what delivery/republish.ts has moved.
      if (earliest >= republishedBefore) continue;
    }
    throw new Error(
      `Expected offsets ${delivery.firstOffset} to ${delivery.lastOffset} of ${batch.topic} partition ${batch.partition} to be ` +
        `the ${delivery.records} records that delivery ${delivery.deliveryId} of ${stream.consumer} took, got others: the topic was ` +
        'deleted and made anew, or its log was truncated. Nothing of this batch takes effect. ' +
        `npx tillstream republish ${batch.topic} goes on without loss. See docs/runbook.md, "A topic has other records than before".`,
    );
  }
  return undefined;
}

/** Whether the batch's records in the delivery's range are those of the delivery, or a part of them. */
function isOf(delivery: Delivered, stream: Stream, batch: PartitionBatch, read: ReadBatch<object>): boolean {
  const records = within(batch.records, delivery);
  if (records.length === delivery.records) return sourceHash(records) === delivery.sourceSha256;
  if (records.length > delivery.records) return false;
  const { filter } = delivery;
  if (!filter) return true;
  // What it rejected is not in its filter, and may be readable to a newer version.
  const rejected = new Set(delivery.rejectedOffsets);
  const accepted = within(read.good, delivery).filter(({ offset }) => !rejected.has(offset));
  for (const id of idsOf(stream, accepted)) if (!mayHold(filter, id)) return false;
  return true;
}
