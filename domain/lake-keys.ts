/** Names of lake objects: a function of the records they hold, so that a second attempt finds the first one's object. */
import type { KafkaRecord } from './records.ts';

/**
 * `raw/orders/dt=2025-12-11/orders_2025-12-11_00-00-01_p0_o100-199.parquet`: day and time are the first record's Kafka
 * timestamp in UTC, then partition and offsets. A first record that says no possible time is passed over, so that it does
 * not take its neighbours to a day without orders.
 *
 * @param records of one partition, at least one, in the order of their offsets
 */
export function lakeKey(
  where: { readonly prefix: string; readonly name: string; readonly extension: string },
  partition: number,
  records: readonly KafkaRecord[],
): string {
  const [first] = records;
  const last = records.at(-1);
  if (!first || !last) throw new Error('A lake object needs at least one record to be named after');
  const { timestamp } = records.find(isTimed) ?? first;
  const [day = '', time = ''] = new Date(timestamp).toISOString().split(/[T.]/);
  const stamp = `${day}_${time.replaceAll(':', '-')}`;
  const { prefix, name, extension } = where;
  return `${prefix}/dt=${day}/${name}_${stamp}_p${partition}_o${first.offset}-${last.offset}.${extension}`;
}

const EARLIEST = Date.UTC(2000, 0);
const LATEST = Date.UTC(2100, 0);

/** Kafka takes any number: -1 is none, seconds lie in January 1970, and microseconds beyond the year 9999. */
const isTimed = ({ timestamp }: KafkaRecord): boolean => timestamp >= EARLIEST && timestamp < LATEST;
