import { expect, test } from 'vitest';
import { lakeKey } from './lake-keys.ts';

const where = { prefix: 'raw/orders', name: 'orders', extension: 'parquet' };
const record = (offset: number, time: string) => ({
  offset,
  timestamp: Date.parse(time),
  key: null,
  value: null,
  headers: [],
});

test('an object is named after its first record’s day and time in UTC, its partition and its offsets', () => {
  const records = [
    record(100, '2025-12-11T00:00:01.999Z'),
    record(101, '2025-12-12T07:00:00Z'),
    record(199, '2025-12-10T00:00:00Z'),
  ];
  expect(lakeKey(where, 0, records)).toBe('raw/orders/dt=2025-12-11/orders_2025-12-11_00-00-01_p0_o100-199.parquet');
});

test('there is no object without records', () => {
  expect(() => lakeKey(where, 0, [])).toThrow('at least one record');
});
