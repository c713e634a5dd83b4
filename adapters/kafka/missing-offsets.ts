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
  if (question.ask === 'earliest') return { earliest: await kafka.earliestOffset(topic, partition) };
  const { ranges } = question;
  const { first, tooLarge, earliest } = await kafka.skipped(topic, partition, ranges);
  if (first === undefined) return tooLarge.length > 0 ? { tooLarge } : { earliest, gaps: ranges };
  const range = ranges.find(({ lastOffset }) => lastOffset >= first);
  throw new Error(
    `Expected offset ${range?.firstOffset} of ${topic} partition ${partition} next, got ${(range?.lastOffset ?? first) + 1}, and Kafka ` +
      `holds offset ${first}: the event source is ahead of the ledger. Hand in what it skipped: ` +
      `npx tillstream replay ${topic} --partition ${partition} --from-offset ${first}. ` +
      'See docs/runbook.md, "The event source is ahead of the ledger".',
  );
}
