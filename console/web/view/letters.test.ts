import { expect, test } from 'vitest';
import { bytesOf, hexDump } from './hex.ts';
import { indentJson } from './indent-json.ts';
import { barsOf } from './letter-bars.ts';
import { asCommand, filterOf, sayFate, sayWhatBecame } from './letters.ts';
import { piecesOf } from './marked.ts';

test('JSON is laid out without reading it: digits, escapes and marks stay', () => {
  const json = '{"a":12.340000000000000000001 ,"b":["\\u00fc{,",{}],"c":[],"a":-0}';
  const from = json.indexOf('12.');
  const { text, marks } = indentJson(json, [{ from, to: json.indexOf(' ,') }]);
  expect(text.split('\n')).toEqual([
    '{',
    '  "a": 12.340000000000000000001,',
    '  "b": [',
    '    "\\u00fc{,",',
    '    {}',
    '  ],',
    '  "c": [],',
    '  "a": -0',
    '}',
  ]);
  expect(marks.map(({ from, to }) => text.slice(from, to))).toEqual(['12.340000000000000000001']);
  expect(JSON.parse(text)).toEqual(JSON.parse(json));
});

test('the mark of an object is at both its ends', () => {
  const { text, marks } = indentJson(' {"a":{"b":1}} ', [{ from: 1, to: 14 }]);
  expect(marks).toEqual([{ from: 0, to: text.length }]);
});

test('a record that is nothing but brackets stays as it is, instead of filling the memory', () => {
  const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const marks = [{ from: 0, to: text.length }];
  expect(indentJson(text, marks)).toEqual({ text, marks });
  const nested = `${'['.repeat(200)}${']'.repeat(200)}`;
  expect(
    indentJson(nested, [])
      .text.split('\n')
      .every((line) => line.length <= 82),
  ).toBe(true);
});

test('marks that overlap are one, and an empty one is none', () => {
  const marks = [
    { from: 2, to: 4 },
    { from: 1, to: 3 },
    { from: 6, to: 6 },
  ];
  expect(piecesOf('abcdef', marks)).toEqual([
    { text: 'a', marked: false },
    { text: 'bc', marked: true },
    { text: 'd', marked: true },
    { text: 'ef', marked: false },
  ]);
});

test('bytes are dumped sixteen a line', () => {
  expect(hexDump(bytesOf({ base64: btoa('0123456789abcdef\n') }))).toBe(
    '000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n' + `000010  0a${' '.repeat(45)}  ·`,
  );
  expect(hexDump(bytesOf({ text: 'ü'.repeat(20) }), 16)).toMatch('… 24 bytes more');
  expect(hexDump(bytesOf({ text: 'abc' }), 16, 1_000_000)).toMatch('… 999997 bytes more');
});

test('spans without letters are bars too, and reasons of one span add up', () => {
  const spans = [
    { at: '2026-11-30T09:01:00.000Z', reason: 'not_json' as const, letters: 2 },
    { at: '2026-11-30T09:01:00.000Z', reason: 'conflict' as const, letters: 1 },
  ];
  const bars = barsOf({ from: '2026-11-30T09:00:00Z', to: '2026-11-30T09:03:00Z', seconds: 60, spans });
  expect(bars.map(({ letters }) => letters)).toEqual([0, 3, 0]);
  expect(bars[1]?.until).toBe('2026-11-30T09:02:00.000Z');
});

const sent = { by: 'ada', at: '2026-11-30T09:00:00Z', edited: true, cameBackAs: null, in: null };

test('what became of a letter is said in words', () => {
  const place = { partition: 2, offset: 70110 };
  expect(sayFate(null)).toBe('–');
  expect(sayFate({ ...sent, state: 'came-back', place, cameBackAs: 9 })).toBe('came back as 9');
  expect(sayWhatBecame({ ...sent, state: 'took-effect', place, in: 'warehouse' })).toBe(
    'took effect as 2/70110, in the warehouse',
  );
  expect(sayWhatBecame({ ...sent, state: 'waiting', place: null })).toBe('waits for Kafka');
});

test('a filter is a command that a shell takes', () => {
  const filter = filterOf({ reason: 'not_json', text: `it's "x"`, other: 'left out', topic: '' });
  expect(filter).toEqual({ reason: 'not_json', text: `it's "x"` });
  expect(asCommand(filter)).toBe(`npx tillstream dead-letters list --reason not_json --text 'it'\\''s "x"'`);
});
