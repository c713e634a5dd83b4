import type { OffsetLookup } from '#adapters/kafka/missing-offsets.ts';

/** A Kafka partition that begins at this offset. Later offsets that were never delivered are gaps, not lost records. */
export const kafkaFrom = (earliest: number): OffsetLookup => ({
  earliestOffset: async () => earliest,
  firstRecord: async () => undefined,
});
