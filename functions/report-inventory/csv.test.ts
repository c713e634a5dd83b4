import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csv } from './csv.ts';

const columns = { name: 'text', stock: 'number' } as const;

test('a header, commas, and CRLF after every row', () => {
  expect(csv(columns, [{ name: 'Mug', stock: 3 }, { name: 'Lamp' }])).toBe('name,stock\r\nMug,3\r\nLamp,\r\n');
});

test('no rows are a header alone', () => {
  expect(csv(columns, [])).toBe('name,stock\r\n');
});

test.each([
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  [' spaces ', ' spaces '],
  ['ÄØ漢🛒', 'ÄØ漢🛒'],
])('%j is quoted only where it must be', (name, cell) => {
  expect(csv(columns, [{ name }])).toBe(`name,stock\r\n${cell},\r\n`);
});

test.each([
  ['=1+1', "'=1+1"],
  ['+49 30', "'+49 30"],
  ['-10% Mug', "'-10% Mug"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['\rx', '"\'\rx"'],
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ['＝1+1', "'＝1+1"],
  ['A=1', 'A=1'],
])('the text %j can’t become a formula', (name, cell) => {
  expect(csv(columns, [{ name }])).toBe(`name,stock\r\n${cell},\r\n`);
});

test.each([-5, 0, '-12.50', '123456789012345678.99'])('the number %s stays one', (stock) => {
  expect(csv(columns, [{ stock }])).toBe(`name,stock\r\n,${stock}\r\n`);
});

test.each(['=1+1', '', '1e3', '0x10', ' 1', '1\r', Number.NaN, Number.POSITIVE_INFINITY])(
  '%j is no number',
  (stock) => {
    expect(() => csv(columns, [{ stock }])).toThrow('Column stock: expected a plain decimal number');
  },
);

const nasty = fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n",\' aé', '🛒', 'b'), maxLength: 8 });
const cellText = fc.oneof(nasty, fc.string({ unit: 'binary' }));
const aRow = fc.record({ name: cellText, stock: fc.oneof(fc.integer(), fc.constantFrom('-0.05', '12.50')) });

test('whatever the texts, a reader gets the same rows back, and no cell of text begins a formula', () => {
  fc.assert(
    fc.property(fc.array(aRow), (rows) => {
      const [header, ...read] = parse(csv(columns, rows));
      expect(header).toEqual(['name', 'stock']);
      expect(read).toHaveLength(rows.length);
      for (const [index, { name, stock }] of rows.entries()) {
        expect([name, `'${name}`]).toContain(read[index]?.[0]);
        expect(read[index]?.[0] ?? '').not.toMatch(/^[=+\-@\t\r]/);
        expect(read[index]?.[1]).toBe(String(stock));
      }
    }),
  );
});

/** RFC 4180, by the letter: anything that its grammar doesn't have is an error. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let at = 0;
  const cell = (): string => {
    const [whole = '', quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(text.slice(at)) ?? [];
    at += whole.length;
    return quoted?.replaceAll('""', '"') ?? plain ?? '';
  };
  while (at < text.length) {
    const row = [cell()];
    while (text[at] === ',') {
      at++;
      row.push(cell());
    }
    if (!text.startsWith('\r\n', at))
      throw new Error(`expected the end of a row at ${JSON.stringify(text.slice(at, at + 20))}`);
    at += 2;
    rows.push(row);
  }
  return rows;
}
