import type { z } from 'zod';
import { columnsOf } from '#domain/columns.ts';

/**
 * The condition that two rows of one id differ in some field of the event. It follows from the schema, so no new field can
 * be forgotten: a table that lacks its column refuses the statement.
 *
 * @param one the rows' names in the statement
 */
export function differs(event: z.ZodObject, id: string, one: string, other: string): string {
  const row = (of: string) =>
    columnsOf(event)
      .flatMap(({ name }) => (name === id ? [] : [`${of}.${name}`]))
      .join(', ');
  return `(${row(one)}) is distinct from (${row(other)})`;
}
