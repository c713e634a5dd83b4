import type { OffsetLookup, RecordLookup } from '#adapters/kafka/lookup.ts';

/** A Kafka partition that begins at this offset. Later offsets that were never delivered are gaps, not lost records. */
export const kafkaFrom = (earliest: number): OffsetLookup => ({
  earliestOffset: async () => earliest,
  skipped: async () => ({ tooLarge: [], earliest }),
});

/** Kafka after its time of retention: a conflicting order is rebuilt from the lake. */
export const kafkaWithoutRecords: RecordLookup = { recordsAt: async function* () {} };
