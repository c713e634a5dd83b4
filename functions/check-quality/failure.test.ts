import { expect, test } from 'vitest';
import { failureOf } from './failure.ts';
import { meaningOf } from './meaning.ts';

const withCustomers = {
  name: 'orders_have_customers',
  meaning: 'Every order has a customer.',
  rows: ['{"order_id":"o1","customer_id":null}', '{"order_id":"o2","customer_id":"c9"}'],
};

test('a failure says what should be and which rows are wrong', () => {
  expect(failureOf('curate_orders', [withCustomers])).toMatchObject({
    name: 'CheckFailed',
    message: [
      'curate_orders/orders_have_customers: expected: Every order has a customer. Got 2 that are not so:',
      '  {"order_id":"o1","customer_id":null}',
      '  {"order_id":"o2","customer_id":"c9"}',
    ].join('\n'),
  });
});

test('a failure names every check that failed', () => {
  const withProducts = { name: 'orders_have_products', meaning: 'And a product.', rows: ['{"order_id":"o3"}'] };
  const { message } = failureOf('curate_orders', [withCustomers, withProducts]);
  expect(message.split('\n')).toEqual([
    expect.stringMatching(/^curate_orders\/orders_have_customers: /),
    ...withCustomers.rows.map((row) => `  ${row}`),
    'curate_orders/orders_have_products: expected: And a product. Got 1 that are not so:',
    '  {"order_id":"o3"}',
  ]);
});

test('with as many rows as a check returns at most there may be more, and long ones are cut', () => {
  const rows = Array.from({ length: 20 }, () => JSON.stringify('x'.repeat(5_000)));
  const { message } = failureOf('curate_orders', [{ ...withCustomers, rows }]);
  expect(message).toContain('Got 20 or more that are not so');
  expect(message.length).toBeLessThan(21_000);
});

test('the meaning of a check is the comment at its head', () => {
  expect(meaningOf('-- Every order\n-- has a customer.\nselect 1 -- not this\n')).toBe('Every order has a customer.');
});
