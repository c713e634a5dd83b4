/** A CSV file as records of a stream: each row is read as the stream's consumer will. Pure. */
import { isUtf8 } from 'node:buffer';
import { type Column, columnsOf } from '#domain/columns.ts';
import { wholeReader } from '#domain/event-reader.ts';
import type { Stream } from '#domain/streams.ts';
import { CsvFault, type CsvRow, readCsv, separators } from './csv.ts';

export interface ImportFault {
  readonly line: number;
  /** The column that is wrong; absent if it is the line. */
  readonly column?: string;
  readonly message: string;
}

export interface ImportRecord {
  readonly line: number;
  readonly key: string;
  /** JSON. */
  readonly value: string;
}

export interface ReadImport {
  readonly rows: number;
  /** The good rows. */
  readonly records: readonly ImportRecord[];
  /** All that is wrong, by line. */
  readonly faults: readonly ImportFault[];
  /** Nothing of the file can be used, such as one without a column that every row needs. */
  readonly isUseless: boolean;
}

/** @param bytes UTF-8, with or without its mark; the first row names the columns, in any order */
export function readImport(stream: Stream, bytes: Uint8Array): ReadImport {
  const useless = (line: number, message: string, column?: string): ReadImport => ({
    ...{ rows: 0, records: [], isUseless: true },
    faults: [{ line, message, ...(column !== undefined && { column }) }],
  });
  const text = new TextDecoder().decode(bytes);
  const broken = isUtf8(bytes) ? text.indexOf('\0') : text.search(/[\uFFFD\0]/);
  if (broken >= 0)
    return useless(
      text.slice(0, broken).split('\n').length,
      'expected UTF-8: save the file as "CSV UTF-8", or convert it: iconv -f WINDOWS-1252 -t UTF-8',
    );
  const columns = columnsOf(stream.event);
  let rows: CsvRow[];
  try {
    rows = readCsv(text, separatorOf(text, columns));
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    return useless(error.line, error.message);
  }
  const [header, ...body] = rows;
  if (!header) return useless(1, 'expected a row that names the columns, got an empty file');
  const names = header.cells.map((name) => name.trim());
  const faults = headerFaults(names, columns).map((fault) => ({ line: header.line, ...fault }));
  if (faults.length > 0) return { rows: body.length, records: [], faults, isUseless: true };
  return { ...readRows(stream, columns, names, body), rows: body.length, isUseless: false };
}

/** The one by which the first line has most of the columns. */
function separatorOf(text: string, columns: readonly Column[]): string {
  const [line = ''] = text.split(/\r|\n/, 1);
  const known = (separator: string) =>
    line.split(separator).filter((cell) => columns.some(({ name }) => name === cell.replaceAll('"', '').trim())).length;
  return separators.reduce((best, each) => (known(each) > known(best) ? each : best));
}

function headerFaults(names: readonly string[], columns: readonly Column[]) {
  const listed = columns.map(({ name }) => name).join(', ');
  return [
    ...names.flatMap((name, at) => {
      if (!columns.some((column) => column.name === name))
        return { column: name, message: `no such column; there are ${listed}` };
      return names.indexOf(name) < at ? { column: name, message: 'expected the column once' } : [];
    }),
    ...columns.flatMap(({ name, optional }) =>
      optional || names.includes(name) ? [] : { column: name, message: `the column is missing; there are ${listed}` },
    ),
  ];
}

function readRows(
  { event, key, ids: [id = key] }: Stream,
  columns: readonly Column[],
  names: readonly string[],
  rows: readonly CsvRow[],
) {
  const read = wholeReader({ event });
  const integers = new Set(columns.flatMap(({ name, kind }) => (kind === 'integer' ? [name] : [])));
  const records: ImportRecord[] = [];
  const faults: ImportFault[] = [];
  const lines = new Map<string, number>();
  for (const { line, cells } of rows) {
    if (cells.length !== names.length) {
      faults.push({ line, message: `expected ${names.length} cells, got ${cells.length}` });
      continue;
    }
    // A cell without anything is a field without a value.
    const fields = names.flatMap((name, at): [string, unknown][] => {
      const cell = cells[at] ?? '';
      if (cell === '') return [];
      return [[name, integers.has(name) && /^-?\d{1,15}$/.test(cell) ? Number(cell) : cell]];
    });
    const value = JSON.stringify(Object.fromEntries(fields));
    const reading = read(Buffer.from(value), undefined, Date.now());
    if ('faults' in reading) {
      for (const { path, message } of reading.faults)
        faults.push({ line, ...(path.length > 0 && { column: path.join('.') }), message });
      continue;
    }
    const of = (name: string) => String((reading.event as Record<string, unknown>)[name]);
    const first = lines.get(of(id));
    if (first === undefined) {
      lines.set(of(id), line);
      records.push({ line, key: of(key), value });
    } else
      faults.push({
        line,
        column: id,
        message: `expected each once, got ${JSON.stringify(of(id))} of line ${first} again`,
      });
  }
  return { records, faults };
}
