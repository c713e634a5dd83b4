import { expect, test } from 'vitest';
import { cutBytes, fromBytes, toBytes } from './bytes.ts';

test.each([
  ['text', 'ü{"a": 12.340000000000000000001}'],
  ['a byte order mark', '\ufeff{}'],
  ['nothing', ''],
])('%s comes back byte for byte', (_, text) => {
  expect(toBytes(Buffer.from(text))).toEqual({ text });
  expect(fromBytes({ text })).toEqual(Buffer.from(text));
});

test('bytes that are no text come back too', () => {
  const bytes = Buffer.from([0xff, 0, 1]);
  expect(fromBytes(toBytes(bytes))).toEqual(bytes);
});

test.each(['x', 'ü', '😀', '\u0001', '"'])('what is cut of many %j fits, and no character is halved', (character) => {
  const { shown, length, cut } = cutBytes(Buffer.from(character.repeat(10_000)), 1_000);
  expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThanOrEqual(1_000);
  expect(shown).toEqual({ text: expect.stringMatching(new RegExp(`^(?:${character}){100,}$`, 'u')) });
  expect({ length, cut }).toEqual({ length: Buffer.byteLength(character) * 10_000, cut: true });
});
