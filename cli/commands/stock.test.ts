import { expect, test } from 'vitest';
import type { ProductLook } from '#operations/stock/product.ts';
import { describeProduct, describeProducts, run, wordOf } from './stock.ts';

const look: ProductLook = {
  ...{ product: 'p-1', name: 'Lamp', category: 'home', opening: 10, sold: 12, restocked: 1, due: -1, onHand: -1 },
  ...{ balanced: true, threshold: 5, sales: 3, restocks: 1, lastUpdated: '2026-01-02T03:04:05.000Z' },
  ...{ corrected: 0, counts: 0, covered: 0, countedAt: null },
  levels: { before: null, points: [], movements: 0 },
};

test.each([
  [-1, 0, 'oversold'],
  [4, 5, 'low'],
  [5, 5, ''],
])('%i on hand with a threshold of %i is %j', (onHand, threshold, word) => {
  expect(wordOf({ onHand, threshold })).toBe(word);
});

test('a product is a sum that adds up, or says what it should be', () => {
  expect(describeProduct(look, [])).toContain('on hand    = -1');
  expect(describeProduct(look, [])).toContain('5, so it is oversold');
  expect(describeProduct({ ...look, onHand: 4, balanced: false }, [])).toContain('4, but its movements give -1');
});

test('counts stand in the sum, and say what of the movements they had seen', () => {
  const counted = { ...look, corrected: -2, counts: 1, covered: 1_000, countedAt: '2026-01-02T03:04:05.000Z' };
  expect(describeProduct(look, [])).not.toContain('corrected');
  expect(describeProduct(counted, [])).toMatch(/corrected +- 2 in 1 counts, the newest of 2026-01-02T03:04:05.000Z/);
  expect(describeProduct(counted, [])).toContain('1,000 sales and deliveries that a count had seen already');
  const place = { topic: 'stock_counts', partition: 0, offset: 1, eventId: 'c1', orderId: null, change: -2, after: 3 };
  const row = { ...place, processedAt: '2026-01-02T03:04:05.000Z', occurredAt: null, counted: 3, covered: null };
  expect(describeProduct(counted, [row])).toContain('counted 3');
  const sale = { ...row, change: 0, orderId: 'o1', counted: null, covered: -4 };
  expect(describeProduct(counted, [sale])).toContain('o1, −4 was in a count');
});

test('a list says how many there are of each state, and how to go on', () => {
  const { product, name, category, onHand, threshold, lastUpdated } = look;
  const rows = [{ product, name, category, onHand, threshold, lastUpdated }];
  const said = describeProducts({ rows, next: '-1:p-1', counts: { all: 2_000, low: 3, oversold: 1 } });
  expect(said).toContain('2,000 products, 3 below their thresholds, 1 oversold');
  expect(said).toContain("More: --after='-1:p-1'");
});

test.each([
  [['a', 'b'], 'one product at a time'],
  [['--state', 'empty'], '--state expects one of all, low, oversold'],
  [['--limit', '0'], '--limit expects 1 to 500'],
  [['--after', 'x'], '--after expects'],
  [['p-1', '--text', 'x'], 'go without a product'],
])('%j is refused', async (args, why) => {
  await expect(run(args)).rejects.toThrow(why);
});
