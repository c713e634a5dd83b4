import { expect, it } from 'vitest';
import { leadsOf, leadsTo, sayFact } from './find.ts';

const everyPage = () => true;

it.each([
  ['orders/2/10734', '#/messages/orders/2/10734'],
  [' user_events-0@7 ', '#/messages/user_events/0/7'],
  ['#42', '#/dead-letters/42'],
  ['42', '#/find/42'],
  ['p-1', '#/find/p-1'],
  ['a/b?c', '#/find/a%2Fb%3Fc'],
  ['orders/2', '#/find/orders%2F2'],
  ['  ', undefined],
])('%s leads to %s', (text, link) => {
  expect(leadsTo(text)).toBe(link);
});

it('facts lead to the record, the letter and the product that they name', () => {
  expect(leadsOf({ topic: 'orders', partition: 0, offset: 0, product_id: 'p-1' }, everyPage)).toEqual([
    { says: 'record orders/0/0', link: '#/messages/orders/0/0' },
    { says: 'stock of p-1', link: '#/stock/p-1' },
  ]);
  expect(leadsOf({ topic: 'orders', partition: 1, kafka_offset: '9', dead_letter_id: 3 }, everyPage)).toEqual([
    { says: 'record orders/1/9', link: '#/messages/orders/1/9' },
    { says: 'dead letter #3', link: '#/dead-letters/3' },
  ]);
  expect(leadsOf({ topic: 'orders', partition: 1, product_id: null }, everyPage)).toEqual([]);
  expect(leadsOf({ product_id: 'p-1' }, (page) => page !== 'stock')).toEqual([]);
});

it('a fact that is unknown is a dash, never nothing', () => {
  expect([null, undefined, '', 0, { a: 1 }].map(sayFact)).toEqual(['–', '–', '', '0', '{"a":1}']);
});
