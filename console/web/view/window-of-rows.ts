/** Which rows of a long list are drawn: those in sight and a few around them, so 10,000 cost as much as 50. */

export interface RowWindow {
  readonly from: number;
  /** The first that isn't drawn. */
  readonly to: number;
}

const AROUND = 8;

/** Lengths in pixels. */
export function windowOfRows(scrolled: number, height: number, rowHeight: number, rows: number): RowWindow {
  const from = Math.max(0, Math.min(Math.floor(scrolled / rowHeight), rows) - AROUND);
  const to = Math.min(rows, Math.ceil((scrolled + height) / rowHeight) + AROUND);
  return { from, to: Math.max(from, to) };
}

/** @returns where to scroll so that the row is in sight; `scrolled` if it is already */
export function scrollTo(row: number, scrolled: number, height: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrolled) return top;
  return top + rowHeight > scrolled + height ? top + rowHeight - height : scrolled;
}

/** @param row selected, -1 for none @returns the row that the key leads to, or null if it is no key of a list */
export function rowAfter(key: string, row: number, rows: number, page: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    j: row + 1,
    ArrowDown: row + 1,
    k: row - 1,
    ArrowUp: row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: rows - 1,
  };
  const wanted = steps[key];
  if (wanted === undefined || rows === 0) return null;
  return Math.max(0, Math.min(rows - 1, wanted));
}
