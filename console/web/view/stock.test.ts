import { describe, expect, it, test } from 'vitest';
import { asCommand, plotOf, productCommand, sayPieces, shelvesOf, shownAs, yesterday } from './stock.ts';

test('a product is oversold below zero, low below its threshold, and says so beside its figure', () => {
  expect(shownAs({ onHand: -1, threshold: 0 }).word).toBe('oversold');
  expect(shownAs({ onHand: 4, threshold: 5 }).word).toBe('low');
  expect(shownAs({ onHand: 5, threshold: 5 }).word).toBe('enough');
  expect([sayPieces(-7), sayPieces(0), sayPieces(null)]).toEqual(['-7 ✗', '0', '?']);
});

describe('plotOf', () => {
  const now = { begin: 100, end: 200, threshold: 3 };
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();

  it('begins with what was there before, and ends now', () => {
    const points = [{ at: at(150), quantity: 4, least: 4 }];
    const { series, lines } = plotOf({ before: 5, points, movements: 1 }, { ...now, onHand: 4 });
    expect(series.times).toEqual([100, 150, 200]);
    expect(series.values).toEqual({ onHand: [5, 4, 4], threshold: [3, 3, 3] });
    expect(lines.map(({ title }) => title)).toEqual(['on hand', 'threshold']);
  });

  it('is a level where nothing moved', () => {
    const { series } = plotOf({ before: null, points: [], movements: 0 }, { ...now, begin: null, onHand: 9 });
    expect(series.values.onHand).toEqual([9, 9]);
    expect(series.times).toEqual([199, 200]);
  });

  it('shows a dip below zero, though several movements are one point', () => {
    const points = [{ at: at(150), quantity: 4, least: -2 }];
    const { series, lines } = plotOf({ before: 5, points, movements: 501 }, { ...now, onHand: 4 });
    expect(series.values.least).toEqual([5, -2, 4]);
    expect(series.values.below).toEqual([0, -2, 0]);
    expect(lines.map(({ name }) => name)).toEqual(['onHand', 'threshold', 'least', 'below']);
  });

  it('goes never back in time, as where the clock of the page is behind', () => {
    const points = [{ at: at(250), quantity: 4, least: 4 }];
    expect(plotOf({ before: 5, points, movements: 1 }, { ...now, onHand: 4 }).series.times).toEqual([100, 250]);
  });
});

test('the address is the command', () => {
  expect(asCommand(shelvesOf({ state: 'low', text: "o'lamp" }))).toBe(
    String.raw`npx tillstream stock --state low --text 'o'\''lamp'`,
  );
  expect(asCommand(shelvesOf({ state: 'nonsense', after: '-1:p' }))).toBe("npx tillstream stock --after='-1:p'");
  expect(productCommand('-x', '')).toBe("npx tillstream stock -- '-x'");
  expect(yesterday(Date.parse('2026-01-01T00:00:00Z'))).toBe('2025-12-31');
});
