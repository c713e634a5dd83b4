/**
 * Times that must not lie far ahead of their record's: one that says what holds from then on would hold against all that is right. As in
 * required-from.ts, a record is judged by its own time in Kafka, never by the clock: a redelivery, a replay and the proof find the same.
 */
import type { Column } from './columns.ts';
import { formatMicros } from './time.ts';

/**
 * The latest that a column with this limit may say, in microseconds.
 *
 * @param timestamp Kafka's, in milliseconds since 1970; where it is not known, or the producer set none (-1), there is no limit
 */
export const latestAllowed = (aheadAtMost: number, timestamp = -1): bigint | undefined =>
  timestamp < 0 ? undefined : BigInt(timestamp + aheadAtMost) * 1_000n;

/** The columns of an event that lie too far ahead, each with what is wrong. */
export function aheadFaults(
  columns: readonly Pick<Column, 'name' | 'aheadAtMost'>[],
  event: Readonly<Record<string, unknown>>,
  timestamp: number | undefined,
): { readonly name: string; readonly message: string }[] {
  return columns.flatMap(({ name, aheadAtMost }) => {
    if (aheadAtMost === undefined) return [];
    const time = event[name];
    const latest = latestAllowed(aheadAtMost, timestamp);
    if (typeof time !== 'bigint' || latest === undefined || time <= latest) return [];
    const limit = `${formatMicros(latest)}, ${aheadAtMost / 3_600_000} h after the record’s time in Kafka`;
    const message = `expected a time up to ${limit}, got ${formatMicros(time)}`;
    return [{ name, message }];
  });
}
