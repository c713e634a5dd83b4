import { expect, test } from 'vitest';
import { readRequest } from './request.ts';

test.each([{ suite: 'curate_orders', check: 'no_nulls' }, { suite: 'process_kafka_to_postgres' }])(
  'takes %j: a folder, and a file of it unless all are meant',
  (request) => {
    expect(readRequest(request)).toEqual(request);
  },
);

test.each([
  undefined,
  {},
  { check: 'no_nulls' },
  { suite: '../migrations', check: '001_ledger' },
  { suite: 'curate_orders', check: 'no_nulls.sql' },
  { suite: 'curate_orders', check: null },
])('refuses %j and says what it takes', (payload) => {
  expect(() => readRequest(payload)).toThrow('Expected {"suite": "curate_orders", "check": "orders_have_customers"}');
});
