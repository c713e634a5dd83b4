/** What the ledger says of a batch: its plan, with the partition's row locked; what Kafka has lost is recorded. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Knowledge, type Plan, type Position, planDelivery, type Question } from '#domain/deliveries.ts';
import type { ReadBatch } from '#domain/read-batch.ts';
import { framesOf } from '#domain/record-frames.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { type LockedPosition, type OpenDelivery, recordLoss } from './ledger.ts';
import { openPosition, partitionReader } from './ledger-position.ts';
import { expectSameRecords } from './same-records.ts';

/** A plan, with an id for the delivery that it begins; null unless one was asked for. */
export type PlannedBatch = Plan<OpenDelivery> & Pick<LockedPosition, 'reservedId'>;

/**
 * @param reserve whether an id is needed before the delivery is inserted
 * @throws if offsets of the batch were delivered before with other records
 */
export async function planBatch(
  transaction: Transaction,
  stream: Stream,
  batch: PartitionBatch,
  read: ReadBatch<object>,
  knowledge: Knowledge,
  reserve = false,
): Promise<PlannedBatch | Question<OpenDelivery>> {
  const position = await openPosition(transaction, stream, batch, knowledge.earliest, reserve);
  if ('ask' in position) return position;
  if (isRepeated(batch, position)) {
    const question = await expectSameRecords(transaction, stream, batch, read, position.nextOffset, knowledge);
    if (question) return question;
  }
  const offsets = Array.from(framesOf(batch).offsets);
  const plan = planDelivery(position, offsets, knowledge);
  if ('ask' in plan) return plan;
  if (plan.lost) await recordLoss(transaction, partitionReader(stream, batch), plan.lost);
  return { ...plan, reservedId: position.reservedId };
}

/** Whether an earlier delivery has committed or planned some of these offsets. */
const isRepeated = (batch: PartitionBatch, { nextOffset, open }: Position): boolean => {
  const [first] = framesOf(batch).offsets;
  return open.length > 0 || (first !== undefined && first < nextOffset);
};
