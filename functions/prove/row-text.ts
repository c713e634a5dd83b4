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

/** Notes of proofs are for all who may look (docs/decisions/017): that it is another person is said, not who. */
const PERSON = 'user_id';

/** "amount is 1.00 in Kafka, 2.00 in payments.transactions" for each column of the source that differs. */
export function differences(source: TextRow, inSource: string, row: TextRow, inRow: string): string[] {
  return Object.entries(source).flatMap(([name, expected]) => {
    const actual = row[name] ?? null;
    if (expected === actual) return [];
    if (name === PERSON) return [`${name} is another ${inSource} than ${inRow}`];
    return [`${name} is ${expected} ${inSource}, ${actual} ${inRow}`];
  });
}
