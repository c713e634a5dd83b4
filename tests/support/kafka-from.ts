import type { OffsetLookup } from '#adapters/kafka/missing-offsets.ts';

/** A Kafka partition that begins at this offset; what was not delivered from there on was never a record. */
export const kafkaFrom = (earliest: number): OffsetLookup => ({
  earliestOffset: async () => earliest,
  firstRecord: async () => undefined,
});
