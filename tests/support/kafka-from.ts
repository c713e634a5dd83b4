import type { MissingOffsets } from '#adapters/missing-offsets.ts';

/** A Kafka partition that begins at this offset; what was not delivered from there on was never a record. */
export const kafkaFrom = (earliest: number): MissingOffsets => ({
  earliestOffset: async () => earliest,
  firstRecord: async () => undefined,
});
