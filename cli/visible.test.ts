import { expect, it } from 'vitest';
import { inOneLine, visible } from './visible.ts';

it.each([
  ['a title', '\x1b]0;owned\x07', String.raw`\u001b]0;owned\u0007`],
  ['a cleared screen by C1', '\x9b2J', String.raw`\u009b2J`],
  ['text that overwrites its line', 'evil\rgood\b\x7f', String.raw`evil\rgood\b\u007f`],
  ['text that reads in another order', '\u202eDROWSSAP\u2066x\u2069', String.raw`\u202eDROWSSAP\u2066x\u2069`],
  ['marks of direction', '\u061c\u200e\u200f', String.raw`\u061c\u200e\u200f`],
  ['lines that only some programs break', 'a\u2028b\u2029c', String.raw`a\u2028b\u2029c`],
])('%s is shown, not obeyed', (_what, text, shown) => {
  expect(visible(text)).toBe(shown);
});

it('leaves text of any language, lines and tabs as they are', () => {
  const text = 'Zoë\tشحن 発送 👩‍👩‍👧\n"{}\\"';
  expect(visible(text)).toBe(text);
  expect(inOneLine('a\n\tb')).toBe(String.raw`a\n\tb`);
});

it('leaves JSON the same value', () => {
  const value = { message: '\x1b[2J\x9b\u202e\u2028\x7f', lines: 'a\nb' };
  expect(JSON.parse(visible(JSON.stringify(value)))).toEqual(value);
});
