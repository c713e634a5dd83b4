import { describe, expect, test } from 'vitest';
import { retryFrom } from './partial-response.ts';

const batch = new Map([
  [0, [10, 11, 13]],
  [7, [5, 6]],
]);
const everything = new Map([
  [0, 10],
  [7, 5],
]);

const failed = (...identifiers: unknown[]) =>
  JSON.stringify({ batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) });

describe('all is done', () => {
  test.each(['', 'null', '{}', '{"batchItemFailures":null}', '{"batchItemFailures":[]}', '{"statusCode":200}'])(
    'when the function returns %s',
    (payload) => expect(retryFrom('orders', batch, payload)).toEqual(new Map()),
  );
});

test('a partition goes on from its lowest failed offset', () => {
  const payload = failed({ partition: 'orders-0', offset: 13 }, { partition: 'orders-0', offset: 11 });
  expect(retryFrom('orders', batch, payload)).toEqual(new Map([[0, 11]]));
});

test('each partition has its own', () => {
  const payload = failed({ partition: 'orders-7', offset: 6 }, { partition: 'orders-0', offset: 10 });
  expect(retryFrom('orders', batch, payload)).toEqual(
    new Map([
      [7, 6],
      [0, 10],
    ]),
  );
});

describe('nothing is done', () => {
  test.each([
    ['a partition that is not in the batch', failed({ partition: 'orders-1', offset: 10 })],
    ['a topic that is not in the batch', failed({ partition: 'sales-0', offset: 10 })],
    ['an offset that is not in the batch', failed({ partition: 'orders-0', offset: 12 })],
    [
      'a good identifier beside an unknown one',
      failed({ partition: 'orders-0', offset: 11 }, { partition: '', offset: 1 }),
    ],
    ['a string for an identifier', failed('orders-0-10')],
    ['an empty identifier', failed('')],
    ['a null identifier', failed(null)],
    ['an offset in quotes', failed({ partition: 'orders-0', offset: '11' })],
    ['a wrong key', '{"batchItemFailures":[{"itemIdentifer":{"partition":"orders-0","offset":11}}]}'],
    ['a list that is none', '{"batchItemFailures":"orders-0"}'],
    ['text', '"done"'],
  ])('when the function returns %s', (_, payload) => expect(retryFrom('orders', batch, payload)).toEqual(everything));
});
