import { expect, it } from 'vitest';
import { checksOf, placeOf } from './checks.ts';

const check = (name: string, expected: number, actual: number, where: string[] = []) => ({
  ...{ name, expected, actual, where },
});

it('has those that are off first, else the order of the proof, and says of which stream each is', () => {
  const one = check('orders: offsets tile', 5, 5);
  const two = check('what was closed is of partitions that are there', 0, 0);
  const three = check('gold: clicks of each day: all', 3, 3, ['2026-11-30: 2 clicks']);
  expect(
    checksOf({ every: [one, two, three], off: [three] }).map(({ of, name, balanced }) => [of, name, balanced]),
  ).toEqual([
    ['gold', 'clicks of each day: all', false],
    ['orders', 'offsets tile', true],
    ['', 'what was closed is of partitions that are there', true],
  ]);
});

it('of an old proof has what was off, and of one with too many checks those that were not kept', () => {
  const off = [check('orders: a', 1, 2), check('orders: b', 1, 2)];
  expect(checksOf({ every: null, off })).toHaveLength(2);
  expect(checksOf({ every: off.slice(0, 1), off })).toHaveLength(2);
});

it.each([
  ['orders partition 2 offset 107: amount 1 in the lake', '#/messages/orders/2/107', ': amount 1 in the lake'],
  ['orders partition 1 offsets 100-199: lost', '#/messages/orders?from=100&partition=1', ': lost'],
  ['orders partition 1: 5 deliveries, not 4', '#/streams/orders', ': 5 deliveries, not 4'],
  ['product p-417: 3, not 4', '#/stock/p-417', ': 3, not 4'],
  ['curate_orders failed', '#/runs/curate_orders', ''],
])('%s leads to %s', (where, link, rest) => {
  const [first, second] = placeOf(where, () => true);
  expect([first?.link, second?.text]).toEqual([link, rest]);
  expect(`${first?.text}${second?.text}`).toBe(where);
});

it('leads nowhere if there is no such page, or no such place', () => {
  expect(placeOf('curate_orders failed', () => false)).toEqual([{ text: 'curate_orders failed' }]);
  expect(placeOf('… and 3 more', () => true)).toEqual([{ text: '… and 3 more' }]);
});
