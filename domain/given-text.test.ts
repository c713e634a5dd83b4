import { expect, test } from 'vitest';
import { faultOf, givenText } from './given-text.ts';

test.each([
  ['', 'expected some text, got none'],
  ['a\0b', 'expected one line without control characters, got U+0000'],
  ['a\nb', 'expected one line without control characters, got U+000A'],
  ['\x1b]0;owned\x07', 'expected one line without control characters, got U+001B'],
  ['\x9b2J', 'expected one line without control characters, got U+009B'],
  ['half \ud83d', 'expected well-formed Unicode, got half of a surrogate pair'],
  ['elevenchars', 'expected at most 10 characters, got more'],
  ['😀'.repeat(11), 'expected at most 10 characters, got more'],
])('%j is refused', (text, fault) => {
  expect(faultOf(text, 10)).toBe(fault);
  expect(
    givenText(10)
      .safeParse(text)
      .error?.issues.map(({ message }) => message),
  ).toEqual([fault]);
});

test.each(['ada', 'Zoë شحن', '😀'.repeat(10)])('%j is kept', (text) => {
  expect(faultOf(text, 10)).toBeUndefined();
  expect(givenText(10).parse(` ${text}\n`)).toBe(text);
});
