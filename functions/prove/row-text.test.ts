import { expect, test } from 'vitest';
import { differences } from './row-text.ts';

test('a column that differs is named, and nothing that it holds', () => {
  const source = { name: 'Ada', email: null, segment: 'vip' };
  const row = { name: 'Eve', email: 'eve@example.com', segment: 'vip' };
  expect(differences(source, 'in Kafka', row, 'in shop.customers')).toEqual([
    'name is another in Kafka than in shop.customers',
    'email is another in Kafka than in shop.customers',
  ]);
  expect(differences(source, 'in Kafka', { name: 'Ada', segment: 'vip' }, 'in shop.customers')).toEqual([]);
});
