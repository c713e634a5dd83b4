import { expect, it } from 'vitest';
import { sparkOf } from './spark.ts';

it('goes from the left to the right, and from its least to its most', () => {
  expect(sparkOf([0, 5, 10], 100, 10)).toBe('M0.0 10.0L50.0 5.0L100.0 0.0');
});

it('lifts the pen where nothing is known', () => {
  expect(sparkOf([0, null, 10, 0], 90, 10)).toBe('M0.0 10.0M60.0 0.0L90.0 10.0');
});

it('draws a calm line of what hardly varies', () => {
  expect(sparkOf([100, 90], 10, 10)).toBe('M0.0 0.0L10.0 2.0');
  expect(sparkOf([0, 0], 10, 10)).toBe('M0.0 10.0L10.0 10.0');
});

it('draws nothing of nothing', () => {
  expect(sparkOf([null, 3], 10, 10)).toBe('');
});
