import { expect, test } from 'vitest';
import { eventReader } from './event-reader.ts';
import { parseJson } from './parse-json.ts';
import { streams } from './streams.ts';

const sale = {
  ...{ event_id: 'e1', order_id: 'o1', store_id: 'berlin', product_id: 'p-1', quantity: 2 },
  timestamp: '2026-01-02T03:04:05Z',
};

/** Each begins with other fields than those before, as none that V8 has met. */
const orders = Object.entries(sale).map((_, first, all) => [...all.slice(first), ...all.slice(0, first)]);

test.each(orders)('a record with a backslash in a name has none refused behind it, %j', (...fields) => {
  const read = eventReader(streams.storeSales);
  const expected = { ...sale, timestamp: 1_767_323_045_000_000n };
  const record = (second: string) =>
    Buffer.from(
      `{${fields.map(([name, value], at) => `"${at === 1 ? second : name}":${JSON.stringify(value)}`).join()}}`,
    );
  const [, [name] = ['']] = fields;
  // As many characters as the name has, of what is written.
  const like = JSON.stringify(escaped(name).slice(0, name.length)).slice(1, -1);
  expect(() => read(record(like))).toThrow('expected a value, got none');
  expect(read(record(escaped(name)))).toEqual(expected);
});

/** Its first character as `\u0065`. */
const escaped = (name: string) => `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`;

test('values, repeated names and names that need their escapes stay', () => {
  const text = String.raw`{"\u0061":"\u0062\"\n","x":["{\"\\a\":1}",{"\u0063\u00fc" :{"\"":1,"\ud800":2}}],"a":3,"__proto\u005f_":4}`;
  expect(Object.entries(parseJson(text) as object)).toEqual([
    ['a', 3],
    ['x', ['{"\\a":1}', { cü: { '"': 1, '\ud800': 2 } }]],
    ['__proto__', 4],
  ]);
  expect(() => parseJson(String.raw`{"\u0061":1,}`)).toThrow(SyntaxError);
});
