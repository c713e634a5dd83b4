import { expect, it } from 'vitest';
import { rowAfter, scrollTo, windowOfRows } from './window-of-rows.ts';

it('draws what is in sight and a little around it', () => {
  expect(windowOfRows(0, 320, 32, 10_000)).toEqual({ from: 0, to: 18 });
  expect(windowOfRows(32 * 5000, 320, 32, 10_000)).toEqual({ from: 4992, to: 5018 });
  expect(windowOfRows(32 * 9990, 320, 32, 10_000)).toEqual({ from: 9982, to: 10_000 });
});

it('draws nothing of nothing, nor of a list that has become shorter than it was scrolled', () => {
  expect(windowOfRows(0, 320, 32, 0)).toEqual({ from: 0, to: 0 });
  const { from, to } = windowOfRows(32 * 5000, 320, 32, 10);
  expect(from).toBeLessThanOrEqual(to);
  expect(to).toBe(10);
});

it('scrolls no further than a row needs', () => {
  expect(scrollTo(3, 0, 320, 32)).toBe(0);
  expect(scrollTo(10, 0, 320, 32)).toBe(32);
  expect(scrollTo(2, 320, 320, 32)).toBe(64);
});

it('goes by keys, and stops at the ends', () => {
  expect(rowAfter('j', -1, 3, 10)).toBe(0);
  expect(rowAfter('k', 0, 3, 10)).toBe(0);
  expect(rowAfter('ArrowDown', 2, 3, 10)).toBe(2);
  expect(rowAfter('End', 0, 3, 10)).toBe(2);
  expect(rowAfter('PageUp', 25, 30, 10)).toBe(15);
  expect(rowAfter('x', 0, 3, 10)).toBeNull();
  expect(rowAfter('j', -1, 0, 10)).toBeNull();
});
