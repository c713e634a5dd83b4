/** A row's columns as text, the same from SQL and from an event, so that the two can be compared. */
import type { z } from 'zod';
import { identifier } from '#adapters/postgres/described-table.ts';
import { type Column, columnsOf } from '#domain/columns.ts';
import { formatCents } from '#domain/money.ts';

export type TextRow = Readonly<Record<string, string | null>>;

export const textInSql = ({ kind, name }: Pick<Column, 'kind' | 'name'>): string =>
  kind === 'timestamp'
    ? `(extract(epoch from ${identifier(name)}) * 1000000)::bigint::text as ${identifier(name)}`
    : `${identifier(name)}::text`;

export function textInCode({ kind }: Pick<Column, 'kind'>, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return kind === 'money' ? formatCents(value as number) : String(value);
}

/** The row that an event's columns make. */
export const textOf = (schema: z.ZodObject, event: Readonly<Record<string, unknown>>): TextRow =>
  Object.fromEntries(columnsOf(schema).map((column) => [column.name, textInCode(column, event[column.name])]));

/**
 * "amount is another in Kafka than in payments.transactions" for each column of the source that differs. Its values stay out: notes of
 * proofs are for all who may look (docs/decisions/017), and any column of a described stream may tell of a person.
 */
export function differences(source: TextRow, inSource: string, row: TextRow, inRow: string): string[] {
  const names = Object.keys(source).filter((name) => source[name] !== (row[name] ?? null));
  return names.map((name) => `${name} is another ${inSource} than ${inRow}`);
}
