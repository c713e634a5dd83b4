import { expect, test } from 'vitest';
import { backoff } from './backoff.ts';

test('doubles up to ten seconds', () => {
  expect([1, 2, 3, 4, 7, 8, 1_000_000].map((failures) => backoff(failures, 0))).toEqual([
    100, 200, 400, 800, 6_400, 10_000, 10_000,
  ]);
});

test('up to half is taken off at random', () => {
  expect(backoff(3, 0.5)).toBe(300);
  expect(backoff(3, 0.999)).toBeGreaterThanOrEqual(200);
});
