import { expect, it } from 'vitest';
import { csvOf } from './csv.ts';

it('quotes what needs it, and leaves out what is unknown', () => {
  expect(
    csvOf([
      ['a', 'b, c', 'say "x"'],
      [1.5, null, 'two\nlines'],
    ]),
  ).toBe('a,"b, c","say ""x"""\r\n1.5,,"two\nlines"\r\n');
});

it('lets no record become a formula of a spreadsheet, and numbers stay numbers', () => {
  expect(csvOf([['=HYPERLINK("x")', '@a', -5]])).toBe(`"'=HYPERLINK(""x"")",'@a,-5\r\n`);
});
