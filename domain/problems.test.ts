import { expect, test } from 'vitest';
import { eventReader } from './event-reader.ts';
import { problemsOf, rangeOf } from './problems.ts';
import { streams } from './streams.ts';

const order = {
  order_id: '4b3f0c1e-7d5a-4a52-9a38-0e3b1f3f9f11',
  user_id: '0d9f3c52-8f0a-4f4e-8f57-6f2a6a1f7a10',
  amount: 19.99,
  currency: 'EUR',
  category: 'books',
  country: 'DE',
  created_at: '2026-01-02T03:04:05Z',
};

const problems = (text: string | null) => problemsOf(streams.orders, text === null ? null : Buffer.from(text));

/** What is marked, with why. */
const marked = (text: string) =>
  problems(text).map(({ path, from, to, reason }) => [path.join('.'), text.slice(from, to), reason]);

test('an order that its consumer takes has no problems', () => {
  expect(problems(JSON.stringify(order))).toEqual([]);
});

test('every problem of an order is found, and its value marked', () => {
  const { currency: _, ...rest } = order;
  const text = JSON.stringify({ ...rest, amount: '12,50', created_at: 'yesterday', quantity: 0 }, null, 2);
  expect(marked(text)).toEqual([
    ['amount', '"12,50"', 'invalid_amount'],
    ['currency', '}', 'missing_field'],
    ['created_at', '"yesterday"', 'invalid_timestamp'],
    ['quantity', '0', 'invalid_quantity'],
  ]);
});

test('of a field that is there twice the last is marked, which is the one that counts', () => {
  const text = JSON.stringify(order).replace('"amount":19.99', '"amount":"ü","\\u0061mount" : 1.999 ');
  expect(marked(text)).toEqual([['amount', '1.999', 'invalid_amount']]);
});

test('what is no JSON is marked where it stops being it', () => {
  expect(marked('{"amount": 1,}')).toEqual([['', '}', 'not_json']]);
  expect(problems('{"amount": 1')).toMatchObject([{ path: [], from: 12, to: 12, reason: 'not_json' }]);
});

test('a whole record that is wrong is marked as a whole, and one without text not at all', () => {
  expect(marked(' [1, 2] ')).toEqual([['', '[1, 2]', 'not_an_object']]);
  expect(problems(null)).toMatchObject([{ path: [], from: 0, to: 0, reason: 'null_value' }]);
  expect(problemsOf(streams.orders, Buffer.from([0xff]))).toMatchObject([{ from: 0, to: 0, reason: 'not_utf8' }]);
});

test('a byte order mark, which the reader skips, is one of the characters', () => {
  expect(marked(`\ufeff${JSON.stringify({ ...order, amount: 'much' })}`)).toEqual([
    ['amount', '"much"', 'invalid_amount'],
  ]);
});

test('the first problem is what the dead letter says', () => {
  for (const value of [
    null,
    Buffer.from('{"amount": 1,}'),
    Buffer.from('7'),
    Buffer.from(JSON.stringify({ ...order, user_id: 7, country: '' })),
  ]) {
    const [first] = problemsOf(streams.orders, value);
    const message = first && (first.path.length > 0 ? `${first.path.join('.')}: ${first.message}` : first.message);
    expect(() => eventReader(streams.orders)(value)).toThrow(
      expect.objectContaining({ reason: first?.reason, message }),
    );
  }
});

test('a field of which only the stores know what is wrong can be marked too', () => {
  const text = '{"product_id": "p-977"}';
  const { from, to } = rangeOf({ path: ['product_id'], reason: 'unknown_product' }, text);
  expect(text.slice(from, to)).toBe('"p-977"');
});
