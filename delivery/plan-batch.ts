/** What the ledger says of a batch: its plan, with the partition's row locked; what Kafka has lost is recorded. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Knowledge, type Plan, planDelivery, type Question } from '#domain/deliveries.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { type OpenDelivery, recordLoss } from './ledger.ts';
import { openPosition, partitionReader } from './ledger-position.ts';

export interface PlannedBatch {
  readonly plan: Plan<OpenDelivery>;
  /** Where the partition stood before. */
  readonly nextOffset: number;
}

export async function planBatch(
  transaction: Transaction,
  stream: Stream,
  batch: PartitionBatch,
  knowledge: Knowledge,
): Promise<PlannedBatch | Question<OpenDelivery>> {
  const position = await openPosition(transaction, stream, batch, knowledge.earliest);
  if ('ask' in position) return position;
  const offsets = batch.records.map(({ offset }) => offset);
  const plan = planDelivery(position, offsets, knowledge);
  if ('ask' in plan) return plan;
  if (plan.lost) await recordLoss(transaction, partitionReader(stream, batch), plan.lost);
  return { plan, nextOffset: position.nextOffset };
}
