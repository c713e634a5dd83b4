import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { columnsOf, money, quantity, text, timestamp, uuid } from './columns.ts';
import { Unusable } from './dead-letters.ts';
import { eventReader } from './event-reader.ts';
import { orderEvent } from './streams/orders.ts';
import { streams } from './streams.ts';

const ID = 'b57893f5-54cb-4e6e-aa1e-487b64d32a99';

/** The value in code, or the reason for a dead letter. */
function read(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return issue?.code === 'custom' ? issue.params?.reason : issue?.code;
}

test('a UUID of any version is read as lower-case text', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.boolean(), (id, upper) => {
      expect(read(uuid(''), upper ? id.toUpperCase() : id)).toBe(id);
    }),
  );
});

test.each([
  ['', 'invalid_uuid'],
  ['42', 'invalid_uuid'],
  ['b57893f554cb4e6eaa1e487b64d32a99', 'invalid_uuid'],
  ['{b57893f5-54cb-4e6e-aa1e-487b64d32a99}', 'invalid_uuid'],
  ['b57893f5-54cb-4e6e-aa1e-487b64d32a9g', 'invalid_uuid'],
  ['b57893f5-54cb-4e6e-aa1e-487b64d32a99\n', 'invalid_uuid'],
  [42, 'wrong_type'],
  [null, 'wrong_type'],
  [['b57893f5-54cb-4e6e-aa1e-487b64d32a99'], 'wrong_type'],
  [undefined, 'missing_field'],
])('%j is no UUID: %s', (value, reason) => {
  expect(read(uuid(''), value)).toBe(reason);
});

test('text counts characters as PostgreSQL does, not UTF-16 units', () => {
  const character = fc.constantFrom('a', 'é', '漢', '😀', '\u0301', '\n');
  fc.assert(
    fc.property(fc.array(character, { minLength: 1, maxLength: 120 }), (characters) => {
      const value = characters.join('');
      expect(read(text(50, ''), value)).toBe(characters.length <= 50 ? value : 'invalid_text');
    }),
  );
});

test.each([
  ['', 'invalid_text'],
  ['a\0b', 'invalid_text'],
  ['a\ud83d', 'invalid_text'],
  ['\ude00a', 'invalid_text'],
  [7, 'wrong_type'],
  [null, 'wrong_type'],
  [{}, 'wrong_type'],
  [undefined, 'missing_field'],
])('%j is no text: %s', (value, reason) => {
  expect(read(text(50, ''), value)).toBe(reason);
});

test('a long text is judged quickly, and named in a short message', () => {
  const { error } = text(50, '').safeParse('😀'.repeat(500_000));
  expect(error?.issues[0]?.message.length).toBeLessThan(300);
});

test.each([
  [1, 1],
  [2_147_483_647, 2_147_483_647],
  [0, 'invalid_quantity'],
  [-1, 'invalid_quantity'],
  [1.5, 'invalid_quantity'],
  [2_147_483_648, 'invalid_quantity'],
  [Number.POSITIVE_INFINITY, 'invalid_quantity'],
  ['1', 'wrong_type'],
  [null, 'wrong_type'],
  [undefined, 'missing_field'],
])('quantity %j: %s', (value, expected) => {
  expect(read(quantity(''), value)).toBe(expected);
});

// As a double, the second is 1 and the third 2147483647.
test.each([
  ['2', 2],
  ['0.99999999999999999999', 'invalid_quantity'],
  ['2147483647.00000011', 'invalid_quantity'],
  ['1.000000000000000000000', 1],
  ['2147483647.0', 2_147_483_647],
  ['2147483648.0', 'invalid_quantity'],
  ['10e-1', 1],
  ['0.2E+1', 2],
  ['1e0001', 10],
  ['1e-400', 'invalid_quantity'],
  ['1e5000', 'invalid_quantity'],
  ['-0.0', 'invalid_quantity'],
  ['9'.repeat(80), 'invalid_quantity'],
])('quantity %s is judged by what was written', (written, expected) => {
  const movement = `{"event_id":"e1","supplier_id":"s1","product_id":"p1","quantity":${written},"timestamp":"2026-01-02T03:04Z"}`;
  const order = `{"order_id":"${ID}","user_id":"${ID}","amount":1,"currency":"EUR","category":"books","country":"DE","created_at":"2026-01-02T03:04Z","quantity":${written}}`;
  for (const [schema, json] of [
    [streams.supplierRestocks.event, movement],
    [orderEvent, order],
  ] as const)
    expect(quantityIn(schema, json)).toBe(expected);
});

function quantityIn(schema: z.ZodObject, json: string): unknown {
  try {
    return eventReader({ event: schema })(Buffer.from(json)).quantity;
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    expect(error.message).toMatch(/^quantity: expected a whole number from 1 to 2147483647, got .{1,100}$/);
    return error.reason;
  }
}

test('money and times come from their own files', () => {
  expect(read(money(''), '12.50')).toBe(1250);
  expect(read(money(''), undefined)).toBe('missing_field');
  expect(read(timestamp(''), '1970-01-01T00:00:01Z')).toBe(1_000_000n);
  expect(read(timestamp(''), undefined)).toBe('missing_field');
});

test('a column that may be missing may be null too', () => {
  for (const value of [null, undefined]) expect(read(quantity('').nullish(), value)).toBe(value);
});

test('the columns of an order follow from its schema, in its sequence', () => {
  expect(columnsOf(orderEvent).map(({ name, kind, optional }) => [name, kind, optional])).toEqual([
    ['order_id', 'uuid', false],
    ['user_id', 'uuid', false],
    ['amount', 'money', false],
    ['currency', 'text', false],
    ['category', 'text', false],
    ['country', 'text', false],
    ['created_at', 'timestamp', false],
    ['product_id', 'text', true],
    ['quantity', 'integer', true],
  ]);
  expect(columnsOf(orderEvent).every(({ description }) => description.endsWith('.'))).toBe(true);
});

test('a field that has no column kind is refused, by name', () => {
  expect(() => columnsOf(z.object({ colour: z.string() }))).toThrow('Field colour');
});
