import { expect, it } from 'vitest';
import { describeInventory } from './replay.ts';

const difference = { product_id: 'p3', quantity_on_hand: 105, according_to_log: 100 };
const replay = { products: 1_500, events: 12_000, differing: 1, differences: [difference] };

it('prints that the stock equals the log', () => {
  expect(describeInventory({ ...replay, differing: 0, differences: [] }, false)).toBe(
    '1,500 products replayed from 12,000 events: every quantity is what the log says.',
  );
});

it('lists the products that differed, and whether they still do', () => {
  expect(describeInventory(replay, false).split('\n')).toEqual([
    '1,500 products replayed from 12,000 events: 1 differed, and are put right now.',
    '',
    'product  quantity was  log says',
    'p3                105       100',
  ]);
  expect(describeInventory(replay, true)).toContain('1 differed, and still do.');
});

it('prints how many differed if not all are listed', () => {
  expect(describeInventory({ ...replay, differing: 1_200 }, false)).toContain(
    '1,200 differed, and are put right now.\nThe first 1 of them:\n',
  );
});
