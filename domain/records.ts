/** A record as Kafka delivered it, a batch of them, and an event once it is read. */
import type { LeftOut } from './deliverable.ts';

export interface KafkaRecord {
  readonly offset: number;
  /** Kafka's timestamp, milliseconds since 1970; -1 if the producer set none. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly { readonly name: string; readonly value: Uint8Array }[];
  /** Absent if the record is whole. */
  readonly leftOut?: LeftOut;
}

/** The records of one partition in the order of their offsets. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly KafkaRecord[];
}

export interface ReadRecord<Event> {
  readonly offset: number;
  readonly timestamp: number;
  readonly event: Event;
}

/** The batch with more of its partition's records, which it lacked. */
export const withRecords = (
  { topic, partition, records }: PartitionBatch,
  more: readonly KafkaRecord[],
): PartitionBatch => ({
  topic,
  partition,
  records: [...records, ...more].sort((a, b) => a.offset - b.offset),
});
