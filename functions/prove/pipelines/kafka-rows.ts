/** The rows that a delivery has put into tables, and what its records in Kafka say that they must be: depth `kafka`. */
import { isUtf8 } from 'node:buffer';
import { qualified } from '#adapters/postgres/described-table.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { columnsOf } from '#domain/columns.ts';
import { changeOf, isCount, type Movement, type StockCount } from '#domain/inventory.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { paymentEvent } from '#domain/streams/transactions.ts';
import { type Stream, streams } from '#domain/streams.ts';
import type { CommittedDelivery } from '../ledger-totals.ts';
import { type TextRow, textInCode, textInSql, textOf } from '../row-text.ts';

export interface RowsInTable {
  readonly table: string;
  /** The delivery's rows by offset. */
  read(transaction: Transaction, delivery: CommittedDelivery): Promise<Map<number, TextRow>>;
  /** The row of a record, if it has one; undefined if it must have none. @param event undefined if it can't be read */
  expect(record: KafkaRecord, event: Readonly<Record<string, unknown>> | undefined): TextRow | undefined;
}

/** `pieces`: what the event says, whatever of it changed the stock. */
const LOG_COLUMNS = [
  { kind: 'text', name: 'event_id' },
  { kind: 'text', name: 'product_id' },
  { kind: 'text', name: 'order_id' },
  { kind: 'integer', name: 'pieces' },
  { kind: 'timestamp', name: 'occurred_at' },
  { kind: 'text', name: 'raw_event' },
] as const;

const PAYMENT = `select kafka_offset, ${columnsOf(paymentEvent).map(textInSql).join(', ')} from payments.transactions`;

/** Those of before there were ids bear none. Two queries, so that PostgreSQL uses the index of each. */
const PAYMENTS = `
  ${PAYMENT} where delivery_id = $1
  union all
  ${PAYMENT} where delivery_id is null and partition = $2 and kafka_offset between $3 and $4`;

/** Of streams that have code of their own: by their consumer. */
const ofOwnCode: Readonly<Record<string, RowsInTable>> = {
  [streams.transactions.consumer]: {
    table: 'payments.transactions',
    read: (transaction, { deliveryId, partition, firstOffset, lastOffset }) =>
      byOffset(transaction, PAYMENTS, [deliveryId, partition, firstOffset, lastOffset]),
    expect: (_, event) => event && textOf(paymentEvent, event),
  },
  [streams.onlineOrders.consumer]: {
    table: 'inventory.events_log',
    read: (transaction, { topic, partition, firstOffset, lastOffset }) =>
      byOffset(
        transaction,
        `select kafka_offset, ${LOG_COLUMNS.map(textInSql).join(', ')}
         from (select *, coalesce(counted, covered, change) as pieces from inventory.events_log) as events_log
         where topic = $1 and partition = $2 and kafka_offset between $3 and $4`,
        [topic, partition, firstOffset, lastOffset],
      ),
    expect: ({ value }, event) => logged(value, event as Movement | StockCount | undefined),
  },
};

export const rowsInTable = (stream: Stream): RowsInTable | undefined =>
  stream.handler === 'own' ? ofOwnCode[stream.consumer] : stream.table && rowsOf(stream, stream.table.name);

const rowsOf = ({ event: schema }: Stream, table: string): RowsInTable => ({
  table,
  read: (transaction, { deliveryId }) =>
    byOffset(
      transaction,
      `select kafka_offset, ${columnsOf(schema).map(textInSql).join(', ')} from ${qualified(table)} where delivery_id = $1`,
      [deliveryId],
    ),
  expect: (_, event) => event && textOf(schema, event),
});

/** What the log has of a record: what could be read of it, and its value if PostgreSQL can hold that as text. */
export function logged(value: Uint8Array | null, event: Movement | StockCount | undefined): TextRow {
  const columns = {
    event_id: event && (isCount(event) ? event.count_id : event.event_id),
    product_id: event?.product_id,
    order_id: event && 'order_id' in event ? event.order_id : null,
    pieces: event && (isCount(event) ? event.counted : changeOf(event)),
    occurred_at: event && (isCount(event) ? event.counted_at : event.timestamp),
    raw_event: value === null || value.includes(0) || !isUtf8(value) ? null : Buffer.from(value).toString(),
  };
  return Object.fromEntries(LOG_COLUMNS.map((column) => [column.name, textInCode(column, columns[column.name])]));
}

export async function byOffset(
  transaction: Transaction,
  sql: string,
  values: readonly unknown[],
): Promise<Map<number, TextRow>> {
  const { rows } = await transaction.query<TextRow & { kafka_offset: number }>(sql, [...values]);
  return new Map(rows.map(({ kafka_offset, ...row }) => [kafka_offset, row]));
}
