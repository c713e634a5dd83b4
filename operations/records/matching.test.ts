import { expect, test } from 'vitest';
import type { KafkaRecord } from '#domain/records.ts';
import { streams } from '#domain/streams.ts';
import { parseFilter } from './filter.ts';
import { matcherOf } from './matching.ts';

const order = {
  order_id: '4b3f0c1e-7d5a-4a52-9a38-0e3b1f3f9f11',
  amount: '119.90',
  country: 'DE',
  category: '007',
  created_at: '2026-11-30T09:38:01.204+01:00',
  quantity: 2,
  product_id: null,
  extra: { id: 'ID', tags: ['a', 'b'], on: true },
};

function record(value: string | null, changes: Partial<KafkaRecord> = {}): KafkaRecord {
  const headers = [
    { name: 'trace', value: Buffer.from('t1') },
    { name: 'trace', value: Buffer.from('t2') },
  ];
  const base = { offset: 42, timestamp: Date.parse('2026-11-30T09:00:00Z'), key: Buffer.from('user ü'), headers };
  return { ...base, value: value === null ? null : Buffer.from(value), ...changes };
}

// A double can't hold this id.
const text = JSON.stringify(order).replace('"ID"', '9007199254740993');
const matches = (
  filter: string,
  value: string | null = text,
  event: typeof streams.orders.event | undefined = streams.orders.event,
) => matcherOf(parseFilter(filter), event)(record(value), 3);

test.each([
  'country=DE amount>100',
  'amount=119.9',
  'amount=1.199e2',
  'amount<=119.90',
  'amount~9.9',
  'order_id=4B3F0C1E-7d5a-4a52-9a38-0e3b1f3f9f11',
  'order_id~4b3f',
  'created_at=2026-11-30T08:38:01.204Z',
  'created_at>2026-11-30',
  'quantity>=2',
  'category=007',
  'product_id=null',
  'missing=null',
  'country!=null',
  'missing!=x',
  'missing!~x',
  'extra.id=9007199254740993',
  'extra.id>9007199254740992',
  'extra.tags[1]=b',
  'extra.on=true',
  'extra~"tags"',
  '119.90',
  'ser',
  '"user ü"',
  '@key~user',
  '@partition=3 @offset>41',
  '@time>=2026-11-30T09:00 @time<2026-11-30T09:00:00.001Z',
  '@header.trace=t2',
  '@header.other=null',
  '@header.trace!=t3',
])('an order meets %s', (filter) => {
  expect(matches(filter)).toBe(true);
});

test.each([
  'country=DE amount>119.90',
  'amount=119.91',
  'country=de',
  'category=7',
  'country="null"',
  'missing=x',
  'missing~x',
  'missing>0',
  'extra.id=9007199254740992',
  'extra.tags[2]=b',
  'created_at<2026-11-30T08:38:01Z',
  '@header.trace!=t2',
  '@header.trace=null',
  '@key=user',
  'Ser',
])('an order does not meet %s', (filter) => {
  expect(matches(filter)).toBe(false);
});

test('what a consumer could not read is compared as it is written', () => {
  const wrong = '{"amount": "12,50", "created_at": 7, "quantity": 1.5}';
  expect(matches('amount="12,50"', wrong)).toBe(true);
  expect(matches('amount~12', wrong)).toBe(true);
  expect(matches('quantity~1.5', wrong)).toBe(true);
  expect(matches('amount=12.5', wrong)).toBe(false);
  expect(matches('amount>1 ', '{"amount": 1.001}')).toBe(true);
});

test('a value that is no JSON, no text or not there is searched by its bytes, and has no fields', () => {
  expect(matches('here', 'not json here')).toBe(true);
  expect(matches('a=null', 'not json')).toBe(true);
  expect(matches('a=1', null)).toBe(false);
  const bytes = matcherOf(parseFilter('text'), undefined)(
    record(null, { value: Buffer.from([0xff, ...Buffer.from('text')]) }),
    0,
  );
  expect(bytes).toBe(true);
});

test('without a schema numbers are compared as numbers, and texts as texts', () => {
  expect(matches('a>9', '{"a":10}', undefined)).toBe(true);
  expect(matches('a>9', '{"a":"x"}', undefined)).toBe(true);
  expect(matches('a=1e1', '{"a":10.0}', undefined)).toBe(true);
});

test.each([
  ['amount>much', 'amount>much: expected an amount'],
  ['created_at<yesterday', 'created_at<yesterday: expected an ISO 8601'],
  ['quantity=0', 'quantity=0: expected a whole number'],
  ['@offset=first', '@offset=first: expected a number'],
  ['@time>noon', '@time>noon: expected an ISO 8601'],
  ['@time~2026', '@time~2026: expected =, !='],
])('%s is refused, since no record could meet it', (filter, message) => {
  expect(() => matches(filter)).toThrow(message);
});
