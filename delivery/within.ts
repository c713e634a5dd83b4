import type { OffsetRange } from '#domain/deliveries.ts';

/** The part of a list of records, in offset order, that lies in a range. */
export const within = <R extends { readonly offset: number }>(records: readonly R[], range: OffsetRange): R[] =>
  records.filter(({ offset }) => offset >= range.firstOffset && offset <= range.lastOffset);
