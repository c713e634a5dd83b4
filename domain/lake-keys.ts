/** Names of lake objects: a function of the records they hold, so that a second attempt finds the first one's object. */
import type { RecordFrames } from './record-frames.ts';

/**
 * `raw/orders/dt=2025-12-11/orders_2025-12-11_00-00-01_p0_o100-199.parquet`: day and time are the first record's Kafka
 * timestamp in UTC, then partition and offsets. A first record that says no possible time is passed over, so that it does
 * not take its neighbours to a day without orders.
 *
 * @param records those of one partition, at least one, in the order of their offsets
 */
export function lakeKey(
  where: { readonly prefix: string; readonly name: string; readonly extension: string },
  partition: number,
  { offsets, timestamps }: Pick<RecordFrames, 'offsets' | 'timestamps'>,
): string {
  const [first] = offsets;
  const last = offsets.at(-1);
  if (first === undefined || last === undefined)
    throw new Error('A lake object needs at least one record to be named after');
  const timestamp = timestamps.find(isTimed) ?? timestamps[0] ?? Number.NaN;
  const [day = '', time = ''] = new Date(timestamp).toISOString().split(/[T.]/);
  const stamp = `${day}_${time.replaceAll(':', '-')}`;
  const { prefix, name, extension } = where;
  return `${prefix}/dt=${day}/${name}_${stamp}_p${partition}_o${first}-${last}.${extension}`;
}

const EARLIEST = Date.UTC(2000, 0);
const LATEST = Date.UTC(2100, 0);

/** Kafka takes any number: -1 is none, seconds lie in January 1970, and microseconds beyond the year 9999. */
const isTimed = (timestamp: number): boolean => timestamp >= EARLIEST && timestamp < LATEST;
