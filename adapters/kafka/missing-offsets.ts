/** Looks into Kafka where a batch skips offsets. That is rare, so the client is loaded then and not at every cold start. */
import type { Knowledge, OffsetRange, Question } from '#domain/deliveries.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { KafkaConfiguration } from '../configuration.ts';

export interface OffsetLookup {
  /** The partition's earliest offset in Kafka now. */
  earliestOffset(topic: string, partition: number): Promise<number>;
  /** The first offset of the range at which Kafka holds a record. */
  firstRecord(topic: string, partition: number, range: OffsetRange): Promise<number | undefined>;
}

export const offsetLookup = (kafka: KafkaConfiguration): OffsetLookup => ({
  async earliestOffset(topic, partition) {
    const { earliestOffset } = await import('./offsets.ts');
    return earliestOffset(kafka, topic, partition);
  },
  async firstRecord(topic, partition, range) {
    const { firstRecord } = await import('./offsets.ts');
    return firstRecord(kafka, topic, partition, range);
  },
});

/**
 * Answers the plan's question about offsets that were not delivered.
 *
 * @throws if Kafka holds records there: if the batch took effect now, they would count as consumed
 */
export async function findMissingOffsets(
  kafka: OffsetLookup,
  { topic, partition }: PartitionBatch,
  question: Exclude<Question, { readonly ask: 'object' }>,
): Promise<Pick<Knowledge, 'earliest' | 'gap'>> {
  if (question.ask === 'earliest') return { earliest: await kafka.earliestOffset(topic, partition) };
  const { range } = question;
  const held = await kafka.firstRecord(topic, partition, range);
  if (held === undefined) return { gap: range };
  throw new Error(
    `Expected offset ${range.firstOffset} of ${topic} partition ${partition} next, got ${range.lastOffset + 1}, and Kafka ` +
      `holds offset ${held}: the event source is ahead of the ledger. Hand in what it skipped: ` +
      `npx tillstream replay ${topic} --partition ${partition} --from-offset ${held}. ` +
      'See docs/runbook.md, "The event source is ahead of the ledger".',
  );
}
