import { expect, it } from 'vitest';
import { lakeWindows, monthlyCost, perMillion, sizeFor, sizes, windowCost } from './cost.ts';

it('takes the smallest size that is made for a rate, and the largest beyond', () => {
  const made = (ordersPerDay: number) => sizeFor(ordersPerDay).database;
  const [small, middle, large] = sizes;
  expect([1, 1_000_000, 1_000_001, 10_000_001, 1e9].map(made)).toEqual(
    [small, small, middle, large, large].map(({ database }) => database),
  );
  expect(sizeFor(1_234)).toMatchObject({ ordersPerDay: 1_234 });
});

it('shares a month’s bill among the orders of a month', () => {
  expect(perMillion(365, 2_000_000)).toBeCloseTo(6);
});

it('has in the windows as configured what the bill has for requests', () => {
  for (const size of sizes) {
    const requests = lakeWindows(size.ordersPerDay).reduce((sum, { windows }) => sum + (windows[0]?.requests ?? 0), 0);
    expect(monthlyCost(size)['S3: requests']).toBeCloseTo(requests);
  }
});

it('makes fewer objects in a wider window, until full batches cut them', () => {
  const objects = (records: number) =>
    [20, 60, 300].map((seconds) => windowCost('orders', records, seconds).objectsPerDay);
  expect(objects(1_000_000).map(Math.round)).toEqual([17_280, 5_760, 1_152]);
  expect(new Set(objects(1e9).map(Math.round)).size).toBe(1);
  const [first, ...wider] = lakeWindows(1_000_000)[0]?.windows ?? [];
  for (const { dollars } of wider) expect(dollars).toBeLessThan(first?.dollars ?? 0);
});

it('makes no more objects than there are records', () => {
  expect(windowCost('orders', 0, 20)).toMatchObject({ objectsPerDay: 0, dollars: 0 });
  expect(windowCost('orders', 8_640, 20).objectsPerDay).toBeCloseTo(8_640);
  const [orders] = lakeWindows(1);
  expect(orders?.windows[0]?.objectsPerDay).toBeCloseTo(1);
});

it('has a load after each commit of orders, which takes longer than the relay', () => {
  const dollars = (topic: string) => windowCost(topic, 1_000_000, 20).dollars;
  const commits = (30.4167 * 86_400) / 20;
  expect(dollars('orders') - dollars('user_events')).toBeCloseTo(commits * 0.07 * 0.0000133334, 3);
});
