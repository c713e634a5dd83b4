import { expect, test } from 'vitest';
import { addUpBronze, goldDifferences } from './gold.ts';

const line = (changes: object) =>
  JSON.stringify({
    event_id: 'e1',
    user_id: 'u1',
    event_type: 'click',
    product_id: 'p-1',
    occurred_at: '2025-12-11T23:59:59.999999Z',
    order_id: null,
    amount: null,
    currency: null,
    ...changes,
  });

test('an event counts once on each day that it names', () => {
  const bronze = addUpBronze();
  bronze.add(line({}));
  bronze.add(line({ product_id: 'p-2' }));
  bronze.add(line({ occurred_at: '2025-12-12T00:00:00.000000Z', product_id: 'p-2' }));
  bronze.add(line({ event_id: 'e2' }));
  bronze.add(line({ event_id: 'e3', user_id: 'u2' }));
  bronze.add(line({ event_id: 'e4', event_type: 'view' }));
  bronze.add(line({ event_id: 'e5', occurred_at: '2025-12-12T00:00:00.000000Z' }));
  expect([...bronze.gold().clicks]).toEqual([
    ['2025-12-11 p-1', '3 clicks of 2 visitors'],
    ['2025-12-12 p-2', '1 clicks of 1 visitors'],
    ['2025-12-12 p-1', '1 clicks of 1 visitors'],
  ]);
});

test('orders add up by currency, to the cent, credits by themselves', () => {
  const bronze = addUpBronze();
  const purchase = { event_type: 'purchase', order_id: 'o1', amount: '0.10', currency: 'EUR' };
  bronze.add(line({ ...purchase, event_id: 'e1' }));
  bronze.add(line({ ...purchase, event_id: 'e2', order_id: 'o2', amount: '0.20' }));
  bronze.add(line({ ...purchase, event_id: 'e3', order_id: 'o3', amount: '-12.50', currency: 'USD' }));
  // A purchase without an order, an amount or a currency does not count.
  bronze.add(line({ ...purchase, event_id: 'e4', order_id: null }));
  bronze.add(line({ ...purchase, event_id: 'e5', amount: null }));
  bronze.add(line({ ...purchase, event_id: 'e6', currency: null }));
  expect([...bronze.gold().orders]).toEqual([
    ['2025-12-11 EUR', '2 orders, 0 credits, 0.30'],
    ['2025-12-11 USD', '0 orders, 1 credits, -12.50'],
  ]);
});

test('an order counts once, on the day of its earliest purchase, whichever event comes first', () => {
  const bronze = addUpBronze();
  const purchase = { event_type: 'purchase', order_id: 'o1', amount: '2.00', currency: 'EUR' };
  const at = (hour: string) => ({ occurred_at: `2025-12-${hour}:00:00.000000Z` });
  bronze.add(line({ ...purchase, event_id: 'e1', ...at('12T00') }));
  bronze.add(line({ ...purchase, event_id: 'e2', ...at('11T23'), amount: '1.00' }));
  bronze.add(line({ ...purchase, event_id: 'e3', ...at('11T23'), amount: '3.00' }));
  bronze.add(line({ ...purchase, event_id: 'e4', ...at('13T00'), currency: 'USD' }));
  expect([...bronze.gold().orders]).toEqual([['2025-12-11 EUR', '1 orders, 0 credits, 1.00']]);
  expect(bronze.gold().orderIds).toEqual(new Set(['o1']));
});

test('differences are named from both sides', () => {
  const bronze = new Map([
    ['a', '1'],
    ['b', '2'],
  ]);
  const gold = new Map([
    ['b', '3'],
    ['c', '4'],
  ]);
  expect(goldDifferences(bronze, gold)).toEqual([
    'a: 1 in bronze, nothing in gold',
    'b: 2 in bronze, 3 in gold',
    'c: nothing in bronze, 4 in gold',
  ]);
  expect(goldDifferences(bronze, bronze)).toEqual([]);
});

test('a line that is no JSON is not quoted, since it may tell of a person', () => {
  expect(() => addUpBronze().add('{"user_id": "ada", "event_id": e1}')).toThrow(
    /^expected JSON in each line, got other text$/,
  );
});
