import { expect, test } from 'vitest';
import { drawStrikes } from './strikes.ts';

test('the same seed strikes at the same moments, another at others', () => {
  expect(drawStrikes(7, 4, 1_000)).toEqual(drawStrikes(7, 4, 1_000));
  expect(drawStrikes(7, 4, 1_000)).not.toEqual(drawStrikes(8, 4, 1_000));
});

test('strikes come one after the other, none before the first rows and none near the end', () => {
  const strikes = drawStrikes(1, 4, 1_000);
  expect(strikes.map(({ rows }) => rows)).toEqual(strikes.map(({ rows }) => rows).sort((a, b) => a - b));
  for (const { rows, phase } of strikes) {
    expect(rows).toBeGreaterThanOrEqual(50);
    expect(rows).toBeLessThanOrEqual(500);
    expect(phase).toBeLessThan(1);
  }
});
