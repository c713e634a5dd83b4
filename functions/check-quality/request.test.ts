import { expect, test } from 'vitest';
import { readRequest } from './request.ts';

test('takes the names of a folder and a file', () => {
  const request = { suite: 'curate_orders', check: 'no_nulls' };
  expect(readRequest(request)).toEqual(request);
});

test.each([
  undefined,
  {},
  { suite: 'curate_orders' },
  { suite: '../migrations', check: '001_ledger' },
  { suite: 'curate_orders', check: 'no_nulls.sql' },
])('refuses %j and says what it takes', (payload) => {
  expect(() => readRequest(payload)).toThrow('Expected {"suite": "curate_orders", "check": "orders_have_customers"}');
});
