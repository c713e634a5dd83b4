/** Joins the pages of a list of letters, the newest first: those further down, and the first again. */
import type { LetterRows } from '#console/api.ts';
import type { ListedLetter } from '#operations/letters/list.ts';

export interface Rows {
  readonly rows: readonly ListedLetter[];
  /** The id above which all letters were looked at, those that don't match too; null if all were, undefined before the first page. */
  readonly next: string | null | undefined;
}

export const append = (before: Rows, page: LetterRows): Rows => ({
  rows: [...before.rows, ...page.rows],
  next: page.next,
});

/** @param page the first. A search for a text may find nothing on it, and still have looked at many letters: those below are kept. */
export function putOnTop(before: Rows, page: LetterRows): Rows {
  if (page.next === null) return page;
  const border = Number(page.next);
  const rest = before.rows.filter(({ id }) => id < border);
  const wasFurther = before.next === null || (before.next !== undefined && Number(before.next) < border);
  return { rows: [...page.rows, ...rest], next: wasFurther ? before.next : page.next };
}
