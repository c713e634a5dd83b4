import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { malformedKinds } from '#simulator/malformed.ts';
import type { OrderEvent } from '#simulator/orders.ts';
import { createRandom } from '#simulator/random.ts';
import { unusualKinds } from '#simulator/unusual.ts';
import { readBatch } from './read-batch.ts';
import type { KafkaRecord } from './records.ts';
import { orderEvent } from './streams/orders.ts';

const order: OrderEvent = {
  order_id: 'b57893f5-54cb-4e6e-aa1e-487b64d32a99',
  user_id: 'a3b1b85c-0dda-4950-ba99-c50fca2a75e6',
  amount: 181.03,
  currency: 'USD',
  category: 'sports',
  country: 'US',
  created_at: '2025-12-11T00:00:00.000571Z',
};
const asRead = {
  ...order,
  amount: 18_103,
  created_at: BigInt(Date.UTC(2025, 11, 11)) * 1000n + 571n,
};

const record = (offset: number, value: KafkaRecord['value'] | string): KafkaRecord => ({
  offset,
  timestamp: 1_765_411_200_000 + offset,
  key: Buffer.from(order.user_id),
  value: typeof value === 'string' ? Buffer.from(value) : value,
  headers: [{ name: 'source', value: Buffer.from('test') }],
});
const read = (...records: KafkaRecord[]) => {
  const { good, bad } = readBatch({ event: orderEvent }, { topic: 'orders', partition: 3, records });
  return { good, bad };
};
const good = JSON.stringify(order);

test('an order is read with exact money and time', () => {
  expect(read(record(7, good))).toEqual({
    good: [{ offset: 7, timestamp: 1_765_411_200_007, event: asRead }],
    bad: [],
  });
});

test('an empty batch is no error', () => {
  expect(read()).toEqual({ good: [], bad: [] });
});

test('an order of version 2 has product and quantity', () => {
  const json = JSON.stringify({ ...order, product_id: 'p-0314', quantity: 2 });
  expect(read(record(0, json)).good[0]?.event).toEqual({ ...asRead, product_id: 'p-0314', quantity: 2 });
});

describe.each(malformedKinds)('$kind', ({ make, reason }) => {
  test(`is a dead letter, whole, with reason ${reason}, and its neighbours survive`, () => {
    for (let seed = 0; seed < 20; seed++) {
      const between = record(6, make(order, createRandom(seed)));
      const batch = read(record(5, good), between, record(9, good));
      expect(batch.good.map(({ offset, event }) => [offset, event.amount])).toEqual([
        [5, 18_103],
        [9, 18_103],
      ]);
      expect(batch.bad.length).toBe(1);
      const { value, message, ...rest } = batch.bad[0] ?? {};
      const { value: sent, ...where } = between;
      expect(value).toBe(sent);
      expect(message).toMatch(/^[^\0]{10,400}$/s);
      expect(rest).toEqual({ topic: 'orders', partition: 3, ...where, reason });
    }
  });
});

test.each(unusualKinds)('$kind: looks odd and is read as the order it is', ({ make }) => {
  const odd = make(order);
  const batch = read(record(5, odd.json));
  expect(batch.bad).toEqual([]);
  expect(batch.good[0]?.event).toMatchObject(asRead);
});

test.each([
  ['nested amounts after its own', `{"tax":1,${good.slice(1, -1).replace('181.03', '181.030')},"x":{"amount":99}}`],
  ['deep nesting', `${good.slice(0, -1).replace('181.03', '181.030')},"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ['a field __proto__', `{"__proto__":{"amount":5},${good.slice(1)}`],
  ['a byte order mark', `\ufeff${good}`],
  ['escapes', good.replace('sports', '\\u0073ports').replace('"amount"', '"\\u0061mount"')],
])('an order with %s is read as it is', (_, json) => {
  expect(read(record(0, json)).good[0]?.event).toEqual(asRead);
});

test('a field of the prototype is no field of the order', () => {
  const { amount: _, ...rest } = order;
  const json = `{"__proto__":{"amount":5},${JSON.stringify(rest).slice(1)}`;
  expect(read(record(0, json)).bad[0]?.reason).toBe('missing_field');
});

test('a message names the field, what was expected and what came', () => {
  const json = JSON.stringify({ ...order, created_at: 'yesterday' });
  expect(read(record(0, json)).bad[0]?.message).toBe(
    'created_at: expected an ISO 8601 date and time such as 2025-12-11T00:00:01Z, got "yesterday"',
  );
});

// PostgreSQL refuses a NUL in text, so such a message would fail the batch that holds it, again and again.
test.each(['x\0\0', '{ \0', '"\0', '{"a":1}\0'])('a message quotes %j without its NUL', (value) => {
  expect(read(record(0, value)).bad[0]?.message).toMatch(/^expected a JSON object: [^\0]+$/);
});

test('of two wrong fields, the first of the schema gives the reason', () => {
  const json = JSON.stringify({ ...order, created_at: 'yesterday', user_id: 'me' });
  expect(read(record(0, json)).bad[0]?.reason).toBe('invalid_uuid');
});

// Whatever a producer sends, a batch never fails: that would block its partition for ever.
test('any bytes and any JSON become an event or a dead letter', () => {
  const field = fc.constantFrom(...Object.keys(order), 'quantity', 'product_id', '__proto__');
  const mutated = fc
    .tuple(field, fc.oneof(fc.jsonValue(), fc.constantFrom('', '\0', '\ud800', 1e21, -0, '1e400', '9'.repeat(5_000))))
    .map(([name, value]) => JSON.stringify({ ...order, [name]: value }));
  const damaged = fc
    .tuple(fc.nat(good.length), fc.nat(5), fc.string({ unit: 'binary', maxLength: 5 }))
    .map(([at, gone, instead]) => good.slice(0, at) + instead + good.slice(at + gone));
  const value = fc.oneof(fc.uint8Array(), fc.json(), mutated, damaged, fc.constant(null));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), (values) => {
      const records = values.map((each, index) => record(index, each));
      const batch = read(...records);
      const offsets = [...batch.good, ...batch.bad].map(({ offset }) => offset).sort((a, b) => a - b);
      expect(offsets).toEqual(records.map(({ offset }) => offset));
      for (const letter of batch.bad) expect(letter.message).toMatch(/^[^\0]{10,600}$/s);
      for (const { event } of batch.good) {
        expect(Number.isSafeInteger(event.amount)).toBe(true);
        expect(event.category).not.toContain('\0');
      }
    }),
    { numRuns: 1_000 },
  );
});

test('every JSON number as amount is judged by what was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.nat(25), fc.nat(9), (cents, zeros, last) => {
      const decimals = `${(cents / 100).toFixed(2)}${'0'.repeat(zeros)}${last}`;
      const [event] = read(
        record(0, JSON.stringify({ ...order, amount: 0 }).replace('"amount":0', `"amount":${decimals}`)),
      ).good;
      expect(event?.event.amount).toBe(last === 0 ? cents : undefined);
    }),
    { numRuns: 1_000 },
  );
});
