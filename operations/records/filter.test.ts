import { expect, test } from 'vitest';
import { type Field, FilterError, parseFilter } from './filter.ts';

const value = (...path: (string | number)[]): Field => ({ of: 'value', path });

test('terms stand between spaces; texts and values may be quoted', () => {
  expect(parseFilter('  country=DE amount>=-1.5 "free text" p-977 note~"a = b" ')).toEqual([
    { field: value('country'), comparison: '=', value: 'DE', quoted: false },
    { field: value('amount'), comparison: '>=', value: '-1.5', quoted: false },
    { text: 'free text' },
    { text: 'p-977' },
    { field: value('note'), comparison: '~', value: 'a = b', quoted: true },
  ]);
  expect(parseFilter('')).toEqual([]);
});

test.each([
  ['a=b=c', value('a'), '=', 'b=c'],
  ['a!=b', value('a'), '!=', 'b'],
  ['a!~b', value('a'), '!~', 'b'],
  ['a<=b', value('a'), '<=', 'b'],
  ['lines[0].sku=x', value('lines', 0, 'sku'), '=', 'x'],
  ['@key=u1', { of: 'key' }, '=', 'u1'],
  ['@header.trace-id=x', { of: 'header', name: 'trace-id' }, '=', 'x'],
  ['@time>2026-01-02T03:04', { of: 'time' }, '>', '2026-01-02T03:04'],
] as const)('%s', (filter, field, comparison, value) => {
  expect(parseFilter(filter)).toEqual([{ field, comparison, value, quoted: false }]);
});

test('quotation marks and backslashes can be a part of a text', () => {
  expect(parseFilter(String.raw`"{\"a\":\\\"\n\"}"`)).toEqual([{ text: String.raw`{"a":\"\n"}` }]);
  expect(parseFilter('wow! a!b')).toEqual([{ text: 'wow!' }, { text: 'a!b' }]);
});

test.each([
  ['amount>', 'character 8: expected a value after amount>, got the end'],
  ['amount> 3', 'character 8: expected a value after amount>'],
  ['=3', 'character 1: expected a field before ='],
  ['a "b', 'character 3: expected a second quotation mark'],
  ['a"b"', 'character 2: expected a space between two terms'],
  ['a..b=1', 'character 1: expected a path'],
  ['@value=1', 'character 1: expected @key'],
])('%j is refused: %s', (filter, message) => {
  expect(() => parseFilter(filter)).toThrow(FilterError);
  expect(() => parseFilter(filter)).toThrow(message);
});
