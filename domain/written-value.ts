/** Values of an event as they are written outside of code. Pure. */
import type { Column } from './columns.ts';
import { formatEpoch } from './epoch.ts';
import { formatCents } from './money.ts';
import { formatMicros } from './time.ts';

/**
 * As PostgreSQL reads it, and a column that is declared in no way: money as decimal text, a time as ISO 8601.
 *
 * @param value as code holds it, such as cents; a missing one comes back as it is
 */
export function plainValue({ kind }: Pick<Column, 'kind'>, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (kind === 'money') return formatCents(value as number);
  return kind === 'timestamp' ? formatMicros(value as bigint) : value;
}

/** As the column itself reads it, so that the same value comes back: in the unit that it is declared to accept. */
export function writtenValue(column: Pick<Column, 'kind' | 'options'>, value: unknown): unknown {
  const { unit, accepts } = column.options ?? {};
  if (unit === 'minor') return value;
  const [first] = accepts ?? [];
  const epoch = first && first !== 'iso' && typeof value === 'bigint';
  return epoch ? formatEpoch(value, first) : plainValue(column, value);
}
