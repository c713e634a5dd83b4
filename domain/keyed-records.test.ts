import { expect, test } from 'vitest';
import { readBatch } from './read-batch.ts';
import { type Stream, streams } from './streams.ts';

const lamp = { product_id: 'p1', name: 'Lamp', category: 'home', price: '9.99' };

const read = (
  records: readonly (readonly [key: string | null, value: object | null])[],
  stream: Stream = streams.products,
) =>
  readBatch(stream, {
    topic: stream.topic,
    partition: 0,
    records: records.map(([key, value], offset) => ({
      ...{ offset, timestamp: 1, headers: [] },
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(JSON.stringify(value)),
    })),
  });

test('of a compacted topic, a record without a value is no dead letter', () => {
  const { good, tombstones, bad } = read([
    ['p1', lamp],
    ['p1', null],
  ]);
  expect(good.map(({ event }) => event)).toEqual([{ ...lamp, price: 999 }]);
  expect(tombstones.map(({ offset }) => offset)).toEqual([1]);
  expect(bad).toEqual([]);
});

test.each([
  ['p2', lamp, `expected the record's key to be its product_id "p1", got "p2"`],
  [null, lamp, `expected product_id as the record's key, got a record without a key`],
  [null, null, `expected product_id as the record's key, got a record without a key`],
  ['', null, `expected product_id as the record's key: expected text, got an empty string`],
])('a record with key %j and value %j is refused', (key, value, message) => {
  const { good, tombstones, bad } = read([[key, value]]);
  expect([good, tombstones]).toEqual([[], []]);
  expect(bad.map((letter) => [letter.reason, letter.message])).toEqual([['wrong_key', message]]);
});

const ID = '0d9f3c52-8f0a-4f4e-8f57-6f2a6a1f7a10';
const ada = {
  ...{ customer_id: ID.toUpperCase(), name: 'Ada', email: 'ada@example.com', country: 'DE', segment: 'vip' },
  signed_up_at: '2026-01-02T03:04:05Z',
};

// To Kafka, whose compaction compares bytes, these are other keys.
test.each([[ada], [null]])('a UUID in capitals is refused as the key of %j', (value) => {
  const { good, tombstones, bad } = read([[ID.toUpperCase(), value]], streams.customers);
  expect([good, tombstones]).toEqual([[], []]);
  expect(bad.map((letter) => [letter.reason, letter.message])).toEqual([
    ['wrong_key', `expected customer_id as the record's key as it is kept, "${ID}", got "${ID.toUpperCase()}"`],
  ]);
});

test('an id in capitals in the value is as good as another', () => {
  expect(read([[ID, ada]], streams.customers).good.map(({ event }) => event)).toMatchObject([{ customer_id: ID }]);
});

test('a byte-order mark is a part of the key', () => {
  const { bad, tombstones } = read([
    ['\ufeffp1', lamp],
    ['\ufeffp1', null],
  ]);
  expect(bad.map(({ message }) => message)).toEqual([
    'expected the record\'s key to be its product_id "p1", got "\ufeffp1"',
  ]);
  // A product may be called so, and then its record names it so too.
  expect(tombstones.map(({ offset }) => offset)).toEqual([1]);
});

test('elsewhere a record without a value is a dead letter', () => {
  const records = [{ offset: 0, timestamp: 1, headers: [], key: Buffer.from('p1'), value: null }];
  const { bad, tombstones } = readBatch(streams.storeSales, { topic: 'store_sales', partition: 0, records });
  expect(bad.map(({ reason }) => reason)).toEqual(['null_value']);
  expect(tombstones).toEqual([]);
});
