import { expect, it } from 'vitest';
import { barOf, partsOf } from './sum.ts';

const books = { offsets: 1000, effect: 960, repeats: 20, rejected: 15, gaps: 0, waiting: 5, lost: 0 };

it('has parts that add up to what Kafka took', () => {
  for (const gaps of [0, 7]) {
    const parts = partsOf({ ...books, offsets: 1000 + gaps, gaps });
    expect(parts.reduce((sum, { count }) => sum + (count ?? 0), 0)).toBe(1000 + gaps);
  }
});

it('shows gaps only if there are any, and losses always', () => {
  expect(partsOf(books).map(({ kind }) => kind)).toEqual(['effect', 'repeats', 'rejected', 'waiting', 'lost']);
  expect(partsOf({ ...books, gaps: 1 }).map(({ kind }) => kind)).toContain('gaps');
});

it('knows nothing of books that nobody knows: no part is 0', () => {
  expect(partsOf(null).map(({ count }) => count)).toEqual([null, null, null, null, null]);
  expect(barOf(partsOf(null))).toEqual([]);
});

it('fills the bar, and one in a million can be seen', () => {
  const bar = barOf(
    partsOf({ ...books, offsets: 1_000_001, effect: 1_000_000, repeats: 0, rejected: 0, waiting: 0, lost: 1 }),
  );
  expect(bar.map(({ kind }) => kind)).toEqual(['effect', 'lost']);
  expect(bar.at(-1)?.width).toBeGreaterThan(4);
  expect((bar.at(-1)?.from ?? 0) + (bar.at(-1)?.width ?? 0)).toBeCloseTo(1000);
});
