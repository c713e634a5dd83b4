/** Rows as aligned text columns, one line each; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(visible));
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

/** Foreign text must neither break a row nor control the terminal: a line break is shown as `\n`. */
const visible = (cell: string | number): string =>
  String(cell).replace(/\p{Cc}/gu, (control) =>
    control < ' ' ? JSON.stringify(control).slice(1, -1) : `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
