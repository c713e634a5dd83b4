import { expect, it } from 'vitest';
import { slidingRates } from './sliding-rates.ts';

const counts = (orders: number) => new Map([['orders', orders]]);

it('is the mean of the last ten seconds, and unknown at the first look', () => {
  const rates = slidingRates();
  const look = (at: number, orders: number) => rates.rates(at, counts(orders)).get('orders');
  expect(look(0, 100)).toBeNull();
  expect(look(1_000, 110)).toBe(10);
  expect(look(5_000, 150)).toBe(10);
  expect(look(15_000, 250)).toBe(10);
  // Of 10 s: since the look at 15 s.
  expect(look(25_000, 250)).toBe(0);
  // Looks lie further apart than the span, though nobody paused.
  expect(look(45_000, 270)).toBe(1);
});

it('begins anew after a pause, of which the mean would tell nothing', () => {
  const rates = slidingRates();
  const look = (at: number, orders: number) => rates.rates(at, counts(orders)).get('orders');
  look(0, 100);
  expect(look(1_000, 110)).toBe(10);
  expect(look(3_600_000, 999_999)).toBeNull();
  expect(look(3_601_000, 1_000_004)).toBe(5);
});

it('is unknown for what became less, and from then on counts anew', () => {
  const rates = slidingRates();
  const look = (at: number, orders: number) => rates.rates(at, counts(orders)).get('orders');
  look(0, 100);
  expect(look(1_000, 3)).toBeNull();
  look(11_000, 13);
  expect(look(12_000, 15)).toBeCloseTo(12 / 11);
});

it('is unknown for a topic that was not there before', () => {
  const rates = slidingRates();
  rates.rates(0, new Map());
  expect(rates.rates(1_000, counts(5)).get('orders')).toBeNull();
  expect(rates.rates(2_000, counts(6)).get('orders')).toBe(1);
});
