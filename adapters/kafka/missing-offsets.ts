/** Looks into Kafka where a batch skips offsets. */
import type { Knowledge, Question } from '#domain/deliveries.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { OffsetLookup } from './lookup.ts';
import type { Skipped } from './offsets.ts';

/**
 * Answers the plan's question about offsets that were not delivered; `tooLarge` are records to deliver with the batch. AWS says
 * of other sources that its poller drops what exceeds Lambda's payload, and of Kafka nothing
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-mq-errors.html).
 *
 * @throws if Kafka holds records there: if the batch took effect now, they would count as consumed
 */
export async function findMissingOffsets(
  kafka: OffsetLookup,
  { topic, partition }: PartitionBatch,
  question: Exclude<Question, { readonly ask: 'object' }>,
): Promise<Pick<Knowledge, 'earliest' | 'gaps'> & Partial<Pick<Skipped, 'tooLarge'>>> {
  const earliest = await kafka.earliestOffset(topic, partition);
  if (question.ask === 'earliest') return { earliest };
  const held = question.ranges.filter(({ lastOffset }) => lastOffset >= earliest);
  if (held.length === 0) return { earliest };
  const { first, tooLarge } = await kafka.skipped(topic, partition, held);
  if (first === undefined && tooLarge.length > 0) return { tooLarge };
  // Asked again: what retention removed during the reading was not found, and is lost all the same.
  if (first === undefined) return { earliest: await kafka.earliestOffset(topic, partition), gaps: question.ranges };
  const range = held.find(({ lastOffset }) => lastOffset >= first);
  throw new Error(
    `Expected offset ${range?.firstOffset} of ${topic} partition ${partition} next, got ${(range?.lastOffset ?? first) + 1}, and Kafka ` +
      `holds offset ${first}: the event source is ahead of the ledger. Hand in what it skipped: ` +
      `npx tillstream replay ${topic} --partition ${partition} --from-offset ${first}. ` +
      'See docs/runbook.md, "The event source is ahead of the ledger".',
  );
}
