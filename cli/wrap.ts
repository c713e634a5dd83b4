/** Breaking text to the width of a terminal. */

/** As few lines as hold the items, unbroken and in their order; an item that is wider than a line has one of its own. */
export function wrap(items: readonly string[], width: number, between: string): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const line = lines.at(-1);
    const longer = line === undefined ? item : line + between + item;
    if (line !== undefined && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(item);
  }
  return lines;
}

/** Rows of the terminal that the line takes. A terminal that does not know its width has no limit. */
export const rowsOf = (line: string, columns: number | undefined): number =>
  columns ? Math.max(1, Math.ceil(line.length / columns)) : 1;
