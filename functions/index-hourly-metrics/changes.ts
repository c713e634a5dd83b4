/** The changes that make the index equal to the view. Pure; both sides may be limited to the same hours. */
import { isDeepStrictEqual } from 'node:util';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import type { Document, Write } from '#adapters/search/index.ts';

export interface Changes {
  /** Hours that the index lacks, or has with other values. */
  readonly index: readonly HourlyMetrics[];
  /** Ids of documents whose hour is not in the view. */
  readonly remove: readonly string[];
  readonly unchanged: number;
}

export function compare(view: readonly HourlyMetrics[], documents: readonly Document[]): Changes {
  const indexed = new Map(documents.map(({ id, source }) => [id, source]));
  const index = view.filter((row) => !isSame(row, indexed.get(row.event_hour)));
  const hours = new Set(view.map(({ event_hour }) => event_hour));
  const remove = documents.map(({ id }) => id).filter((id) => !hours.has(id));
  return { index, remove, unchanged: view.length - index.length };
}

export const writesOf = ({ index, remove }: Changes): Write[] => [
  ...index.map((row) => ({ id: row.event_hour, document: row })),
  ...remove.map((id) => ({ id, remove: true as const })),
];

/** Counts changes outside the hours that are known to have changed: somebody else wrote to the index, or to the table. */
export function unexpectedIn({ index, remove }: Changes, changed: readonly string[]): number {
  const expected = new Set(changed);
  return [...index.map(({ event_hour }) => event_hour), ...remove].filter((id) => !expected.has(id)).length;
}

/** The server returns a document as it was sent: numbers are the same to the last bit. */
const isSame = (row: HourlyMetrics, source: unknown): boolean => isDeepStrictEqual(source, row);
