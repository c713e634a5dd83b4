import { inOneLine } from './visible.ts';

/** Rows as aligned text columns, one line each; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => inOneLine(String(cell))));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumber = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A line for each fact: its name, then its value; the values are aligned. Nothing known is shown as a dash. */
export function facts(values: Readonly<Record<string, unknown>>, indent = ''): string {
  const names = Object.keys(values);
  const width = Math.max(...names.map((name) => name.length)) + 2;
  return Object.entries(values)
    .map(([name, value]) => `${indent}${name.padEnd(width)}${inOneLine(textOf(value))}`.trimEnd())
    .join('\n');
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value ?? '-');
}
