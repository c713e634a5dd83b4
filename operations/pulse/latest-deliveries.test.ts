import { expect, it } from 'vitest';
import { latestSamples, percentile } from './latest-deliveries.ts';

const arrival = (id: number, committed: number, latency: number | null, records = 10) => ({
  ...{ id, committed, latency, records },
});

it('takes the 95th percentile by nearest rank', () => {
  expect(percentile([])).toBeNull();
  expect(percentile([3])).toBe(3);
  expect(percentile(Array.from({ length: 100 }, (_, index) => 100 - index))).toBe(95);
});

it('counts a delivery once, however often it is seen', () => {
  const samples = latestSamples();
  samples.add('orders', 100, [arrival(1, 2, 5, 10)]);
  samples.add('orders', 101, [arrival(1, 3, 5, 10), arrival(2, 0, 7, 40)]);
  expect([samples.batch('orders'), samples.p95('orders')]).toEqual([25, 7]);
});

it('keeps the latest fifty, of the last ten minutes', () => {
  const samples = latestSamples();
  samples.add('orders', 0, [arrival(0, 1, 1_000)]);
  for (let second = 1; second <= 60; second += 1) samples.add('orders', second, [arrival(second, 0, second)]);
  expect(samples.p95('orders')).toBe(58);
  samples.add('orders', 661, []);
  expect([samples.p95('orders'), samples.batch('orders')]).toEqual([null, null]);
});

it('knows no latency of what has no times of Kafka, and takes several topics together', () => {
  const samples = latestSamples();
  samples.add('orders', 0, [arrival(1, 0, null)]);
  samples.add('sales', 0, [arrival(2, 0, 4)]);
  expect([samples.p95('orders'), samples.batch('orders')]).toEqual([null, 10]);
  expect(samples.p95('orders', 'sales', 'nothing')).toBe(4);
});
