/** Rare questions to Kafka: the client is loaded at the first one, and not at every cold start. */
import type { OffsetRange } from '#domain/deliveries.ts';
import type { KafkaRecord } from '#domain/records.ts';
import type { KafkaConfiguration } from '../configuration.ts';
import type { FoundRecords, Skipped } from './offsets.ts';

export type { Skipped } from './offsets.ts';

export interface OffsetLookup {
  /** The partition's earliest offset in Kafka now. */
  earliestOffset(topic: string, partition: number): Promise<number>;
  /** What Kafka holds in ranges of offsets that were not delivered, of which there is at least one, in ascending order. */
  skipped(topic: string, partition: number, ranges: readonly OffsetRange[]): Promise<Skipped>;
  /** All records of the range, as functions get them; undefined if Kafka no longer has its first offset. */
  records(topic: string, partition: number, range: OffsetRange): Promise<readonly KafkaRecord[] | undefined>;
}

export interface RecordLookup {
  /**
   * The records at these offsets, by partition; without those that Kafka doesn't have. One reading goes from the first to
   * the last of them.
   *
   * @param signal ends the reading, which then throws
   */
  recordsAt(
    topic: string,
    offsets: ReadonlyMap<number, ReadonlySet<number>>,
    signal: AbortSignal,
  ): AsyncIterable<FoundRecords>;
}

export const kafkaLookup = (kafka: KafkaConfiguration): OffsetLookup & RecordLookup => ({
  async earliestOffset(...asked) {
    return (await import('./offsets.ts')).earliestOffset(kafka, ...asked);
  },
  async skipped(...asked) {
    return (await import('./offsets.ts')).skipped(kafka, ...asked);
  },
  async records(...asked) {
    return (await import('./offsets.ts')).recordsOf(kafka, ...asked);
  },
  async *recordsAt(...asked) {
    yield* (await import('./offsets.ts')).recordsAt(kafka, ...asked);
  },
});
