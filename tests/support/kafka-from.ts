import type { OffsetLookup, RecordLookup } from '#adapters/kafka/lookup.ts';

/** A Kafka partition that begins at this offset. Later offsets that were never delivered are gaps, not lost records. What was
 * delivered it no longer has. */
export const kafkaFrom = (earliest: number): OffsetLookup => ({
  earliestOffset: async () => earliest,
  records: async () => undefined,
  skipped: async () => ({ tooLarge: [], earliest }),
});

/** Kafka after its time of retention: a conflicting order is rebuilt from the lake. */
export const kafkaWithoutRecords: RecordLookup = { recordsAt: async function* () {} };
