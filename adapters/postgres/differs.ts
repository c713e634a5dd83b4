import pg from 'pg';
import type { z } from 'zod';
import { columnsOf } from '#domain/columns.ts';
import { identifier } from './described-table.ts';

/**
 * The condition that two rows of one id differ in some field of the event. It follows from the schema, so no new field can
 * be forgotten: a table that lacks its column refuses the statement.
 *
 * @param one the rows' names in the statement
 */
export function differs(event: z.ZodObject, id: string, one: string, other: string): string {
  const row = (of: string) =>
    namesOf(event, id)
      .map((name) => `${of}.${identifier(name)}`)
      .join(', ');
  return `(${row(one)}) is distinct from (${row(other)})`;
}

/** An expression for the names of the fields in which they differ, as text: "amount, currency". */
export function differing(event: z.ZodObject, id: string, one: string, other: string): string {
  const names = namesOf(event, id).map(
    (name) =>
      `case when ${one}.${identifier(name)} is distinct from ${other}.${identifier(name)} then ${pg.escapeLiteral(name)} end`,
  );
  return `concat_ws(', ', ${names.join(', ')})`;
}

/** An expression for the same names, but null if the rows differ in none. */
export const conflictingFields = (...rows: Parameters<typeof differs>): string =>
  `case when ${differs(...rows)} then ${differing(...rows)} end`;

const namesOf = (event: z.ZodObject, id: string): string[] =>
  columnsOf(event).flatMap(({ name }) => (name === id ? [] : [name]));
