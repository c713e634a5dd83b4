/** Reads CSV (RFC 4180): quoted cells may hold the separator, quotes written twice, and ends of lines. Pure. */

export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Why the text is no CSV, and where. */
export class CsvFault extends Error {
  override readonly name = 'CsvFault';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

export const separators = [',', ';', '\t'] as const;

/**
 * Rows without anything in them are left out.
 *
 * @throws CsvFault for a quote that isn't closed, or that stands in the middle of a cell
 */
export function readCsv(text: string, separator: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let [at, line] = [0, 1];
  while (at < text.length) {
    const row = { line, cells: [] as string[] };
    for (;;) {
      const cell = text[at] === '"' ? quotedCell(text, at, line) : plainCell(text, at, separator, line);
      row.cells.push(cell.value);
      line += cell.lines;
      at = cell.end;
      if (text[at] !== separator) break;
      at++;
    }
    if (at < text.length && !isEnd(text, at))
      throw new CsvFault(line, `expected ${JSON.stringify(separator)} or the end of the line behind a quoted cell`);
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line++;
    if (row.cells.length > 1 || row.cells[0] !== '') rows.push(row);
  }
  return rows;
}

const isEnd = (text: string, at: number): boolean => text[at] === '\n' || text[at] === '\r';

function plainCell(text: string, start: number, separator: string, line: number) {
  let end = start;
  for (; end < text.length && text[end] !== separator && !isEnd(text, end); end++)
    if (text[end] === '"')
      throw new CsvFault(line, 'expected a cell with a quote in it to be quoted, with the quote twice');
  return { value: text.slice(start, end), end, lines: 0 };
}

function quotedCell(text: string, start: number, line: number) {
  let close = start + 1;
  for (; ; close += 2) {
    close = text.indexOf('"', close);
    if (close < 0) throw new CsvFault(line, 'expected the quote that begins here to be closed');
    if (text[close + 1] !== '"') break;
  }
  const value = text.slice(start + 1, close).replaceAll('""', '"');
  return { value, end: close + 1, lines: value.split(/\r\n|\r|\n/).length - 1 };
}
