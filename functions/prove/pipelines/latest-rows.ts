/** The rows of a table that holds what the last record of each key says, and what Kafka's records say that they must be. */
import { columnsOf } from '#domain/columns.ts';
import type { Stream } from '#domain/streams.ts';
import { textInSql, textOf } from '../row-text.ts';
import { byOffset, type RowsInTable } from './kafka-rows.ts';

/** What is gone has no values that a record says. */
export function rowsOfLatest({ event: schema, latest }: Stream): RowsInTable | undefined {
  if (!latest) return undefined;
  const { name: table, leftOut } = latest;
  const columns = columnsOf(schema).filter(({ name }) => !leftOut.includes(name));
  return {
    table,
    read: (transaction, { deliveryId }) =>
      byOffset(
        transaction,
        `select kafka_offset, ${columns.map(textInSql).join(', ')} from ${table} where delivery_id = $1 and not is_gone`,
        [deliveryId],
      ),
    expect: (_, event) =>
      event && Object.fromEntries(columns.map(({ name }) => [name, textOf(schema, event)[name] ?? null])),
  };
}
