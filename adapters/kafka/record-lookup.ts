/** Reads single records, over a connection of its own: for functions that rarely need one. */
import type { KafkaRecord } from '#domain/records.ts';
import type { KafkaConfiguration } from '../configuration.ts';

export interface RecordLookup {
  /** The records at these offsets of a partition, by offset; without those that Kafka doesn't have. */
  records(topic: string, partition: number, offsets: ReadonlySet<number>): Promise<ReadonlyMap<number, KafkaRecord>>;
}

export const recordLookup = (kafka: KafkaConfiguration): RecordLookup => ({
  async records(topic, partition, offsets) {
    const { recordsAt } = await import('./offsets.ts');
    return recordsAt(kafka, topic, partition, offsets);
  },
});
