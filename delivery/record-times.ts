/** When Kafka got the records of a delivery: by this, how long it took them to take effect is asked of the ledger alone. */
import type { RecordFrames } from '#domain/record-frames.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { holdableMillis } from '#domain/time.ts';

/** Kafka's earliest and latest timestamp of some records: milliseconds since 1970, of the years that PostgreSQL can hold. */
export interface RecordTimes {
  readonly first: number;
  readonly last: number;
}

/** What a record says that has no timestamp. */
const NONE = -1;

/** Whether each of these records is as old as those of the delivery, as far as both say when Kafka got them. */
export const areOfTime = (
  records: readonly Pick<KafkaRecord, 'timestamp'>[],
  { firstTimestamp, lastTimestamp }: { readonly firstTimestamp: number | null; readonly lastTimestamp: number | null },
): boolean =>
  records.every(({ timestamp }) => {
    if (timestamp === NONE || firstTimestamp === null || lastTimestamp === null) return true;
    const time = holdableMillis(timestamp);
    return time >= firstTimestamp && time <= lastTimestamp;
  });

/** Null if no record has a timestamp. */
export function timesOf({ timestamps }: Pick<RecordFrames, 'timestamps'>): RecordTimes | null {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const timestamp of timestamps) {
    if (timestamp === NONE) continue;
    if (timestamp < first) first = timestamp;
    if (timestamp > last) last = timestamp;
  }
  return first > last ? null : { first: holdableMillis(first), last: holdableMillis(last) };
}
