import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extraFields } from './extra-fields.ts';

const known = new Set(['order_id', 'amount', 'constructor']);
const extraOf = (json: string) => extraFields(json, known);

test('fields that the schema does not know are kept as they were written', () => {
  expect(extraOf('{"order_id":"a","amount":1}')).toBeUndefined();
  expect(extraOf('{}')).toBeUndefined();
  expect(extraOf(' { "channel" : "web" , "amount" : 1 , "weight" : 1.10 } ')).toBe('{"channel":"web","weight":1.10}');
  expect(extraOf('{"a":{"amount":[1,{"b":"}\\""}]},"n":12345678901234567890123}')).toBe(
    '{"a":{"amount":[1,{"b":"}\\""}]},"n":12345678901234567890123}',
  );
});

test('of fields of one name the last counts, however it is written', () => {
  expect(extraOf(String.raw`{"a":1,"b":2,"\u0061":3}`)).toBe('{"a":3,"b":2}');
  expect(extraOf(String.raw`{"\u0061mount":3}`)).toBeUndefined();
});

test('what JSON.parse reads of them is what it reads of the record', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: 0, max: 2 }), (fields, indent) => {
      const json = JSON.stringify({ ...fields, order_id: 'a' }, null, indent);
      const others = Object.entries(JSON.parse(json)).filter(([name]) => !known.has(name));
      const extra = extraOf(json);
      expect(extra === undefined ? [] : Object.entries(JSON.parse(extra))).toEqual(others);
    }),
  );
});
