/** A consumer's position on a partition, its row locked. A partition that is seen for the first time gets its row here. */

import type { Transaction } from '#adapters/postgres/index.ts';
import { type Question, startOffset } from '#domain/deliveries.ts';
import { framesOf } from '#domain/record-frames.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { type LockedPosition, lockPosition, type OpenDelivery, type Reader, registerPartition } from './ledger.ts';

export const partitionReader = ({ consumer }: Stream, { topic, partition }: PartitionBatch): Reader => ({
  consumer,
  topic,
  partition,
});

/**
 * @param earliest the partition's earliest offset in Kafka, once it has been looked up
 * @param reserve whether an id of a delivery is needed
 */
export async function openPosition(
  transaction: Transaction,
  stream: Stream,
  batch: PartitionBatch,
  earliest: number | undefined,
  reserve: boolean,
): Promise<LockedPosition | Question<OpenDelivery>> {
  const reader = partitionReader(stream, batch);
  const known = await lockPosition(transaction, reader, reserve);
  if (known) return known;
  if (earliest === undefined) return { ask: 'earliest' };
  const start = startOffset(framesOf(batch).offsets[0] ?? 0, earliest, stream.batching.startingPosition);
  await registerPartition(transaction, reader, start);
  const made = await lockPosition(transaction, reader, reserve);
  if (!made)
    throw new Error(
      `Expected the row of ${reader.consumer} for ${reader.topic} partition ${reader.partition} in ledger.partitions, ` +
        'which was inserted just now, found none.',
    );
  return made;
}
