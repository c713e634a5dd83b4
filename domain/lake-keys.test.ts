import { expect, test } from 'vitest';
import { lakeKey } from './lake-keys.ts';

const where = { prefix: 'raw/orders', name: 'orders', extension: 'parquet' };
const record = (offset: number, time: string) => ({ offset, timestamp: Date.parse(time) });
const keyOf = (...records: ReturnType<typeof record>[]) =>
  lakeKey(where, 0, {
    offsets: Float64Array.from(records, ({ offset }) => offset),
    timestamps: Float64Array.from(records, ({ timestamp }) => timestamp),
  });

test('an object is named after its first record’s day and time in UTC, its partition and its offsets', () => {
  const records = [
    record(100, '2025-12-11T00:00:01.999Z'),
    record(101, '2025-12-12T07:00:00Z'),
    record(199, '2025-12-10T00:00:00Z'),
  ];
  expect(keyOf(...records)).toBe('raw/orders/dt=2025-12-11/orders_2025-12-11_00-00-01_p0_o100-199.parquet');
});

// Kafka takes any timestamp, and a producer may set none: -1.
test.each([
  ['none', '1969-12-31T23:59:59.999Z'],
  ['seconds taken for milliseconds', '1970-01-21T10:23:31Z'],
  ['microseconds taken for milliseconds', '9999-12-31T23:59:59.999Z'],
])('a timestamp that can’t be the time of a record names an object only of such records: %s', (_, odd) => {
  const good = [record(101, '2025-12-11T00:00:01Z'), record(102, '2025-12-12T07:00:00Z')];
  const named = 'raw/orders/dt=2025-12-11/orders_2025-12-11_00-00-01_p0_o100-102.parquet';
  expect(keyOf(record(100, odd), ...good)).toBe(named);
  expect(keyOf(record(100, odd))).toMatch(new RegExp(`/dt=${odd.slice(0, 10)}/.*_p0_o100-100.parquet`));
});

test('there is no object without records', () => {
  expect(() => keyOf()).toThrow('at least one record');
});
