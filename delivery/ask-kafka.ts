/** Answers what a plan asks of Kafka: what it holds where a batch skips offsets, and whether it has what was consumed before. */
import type { OffsetLookup, Skipped } from '#adapters/kafka/lookup.ts';
import type { Knowledge, Question } from '#domain/deliveries.ts';
import type { PartitionBatch } from '#domain/records.ts';
import { sourceHash } from './source-hash.ts';

type Found = Omit<Knowledge, 'objects'> & Partial<Pick<Skipped, 'tooLarge'>>;

/**
 * `tooLarge` are records to deliver with the batch. AWS says of other sources that its poller drops what exceeds Lambda's payload,
 * and of Kafka nothing (https://docs.aws.amazon.com/lambda/latest/dg/services-mq-errors.html).
 *
 * @throws if Kafka holds records that the batch skips: if the batch took effect now, they would count as consumed
 */
export async function askKafka(
  kafka: OffsetLookup,
  { topic, partition }: PartitionBatch,
  question: Exclude<Question, { readonly ask: 'object' }>,
): Promise<Found> {
  if (question.ask === 'earliest') return { earliest: await kafka.earliestOffset(topic, partition) };
  if (question.ask === 'records') {
    const { deliveryId, sourceSha256, ...range } = question.of;
    const records = await kafka.records(topic, partition, range);
    return { inKafka: new Map([[deliveryId, records && sourceHash(records) === sourceSha256]]) };
  }
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
