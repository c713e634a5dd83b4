/**
 * CSV by RFC 4180: a header, commas, CRLF after every row, UTF-8 without a byte order mark.
 *
 * A spreadsheet recognizes a formula by the cell's first character, quoted or not, so a text that begins with one of these
 * gets an apostrophe before it: https://owasp.org/www-community/attacks/CSV_Injection. Numbers never need it.
 */
const BEGINS_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * @param columns name → kind, in their order; a number may be given as decimal text, and is written as it is given
 * @param rows a column that a row lacks is left empty
 * @throws if a number is not a plain decimal
 */
export function csv<Name extends string>(
  columns: Readonly<Record<Name, 'text' | 'number'>>,
  rows: readonly Partial<Readonly<Record<Name, string | number>>>[],
): string {
  const entries = Object.entries(columns) as [Name, 'text' | 'number'][];
  const lines = rows.map((row) =>
    entries.map(([name, kind]) => {
      const value = row[name];
      if (value === undefined) return '';
      return kind === 'number' ? numberCell(name, value) : textCell(String(value));
    }),
  );
  return [entries.map(([name]) => textCell(name)), ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function textCell(text: string): string {
  const safe = BEGINS_FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function numberCell(name: string, value: string | number): string {
  const text = String(value);
  if (!NUMBER.test(text))
    throw new Error(`Column ${name}: expected a plain decimal number, got ${JSON.stringify(text)}`);
  return text;
}
