/** Whether two events of one id are the same event, sent again, or contradict each other. */
import type { z } from 'zod';
import { columnsOf } from './columns.ts';

/** @returns the names of the fields in which the events differ; a field that is null is one that is missing */
export function differingFields<Schema extends z.ZodObject>(
  schema: Schema,
  one: z.infer<Schema>,
  other: z.infer<Schema>,
): string[] {
  const [a, b] = [one, other] as [Record<string, unknown>, Record<string, unknown>];
  return columnsOf(schema).flatMap(({ name }) => ((a[name] ?? null) === (b[name] ?? null) ? [] : [name]));
}
