/** The table of a described stream: its columns follow from the event's, and from where each record came. */
import pg from 'pg';
import { type Column, columnsOf } from '#domain/columns.ts';
import type { Stream } from '#domain/streams.ts';

export interface TableColumn {
  readonly name: string;
  /** As PostgreSQL writes it (`format_type`). */
  readonly type: string;
  readonly nullable: boolean;
}

/** What `call streams.deliver_into(…)` adds to the columns of the event (sql/migrations/040_streams.sql). */
export const lineageColumns: readonly TableColumn[] = [
  { name: 'partition', type: 'integer', nullable: false },
  { name: 'kafka_offset', type: 'bigint', nullable: false },
  { name: 'delivery_id', type: 'bigint', nullable: false },
  { name: 'stored_at', type: 'timestamp with time zone', nullable: false },
];

/** The type in which PostgreSQL keeps every value of the column, to the cent and the microsecond. */
export function sqlType({ kind, longest }: Pick<Column, 'kind' | 'longest'>): string {
  switch (kind) {
    case 'uuid':
      return 'uuid';
    case 'money':
      return 'numeric(10,2)';
    case 'text':
      return longest === undefined ? 'text' : `character varying(${longest})`;
    case 'timestamp':
      return 'timestamp with time zone';
    case 'integer':
      return 'integer';
  }
}

/** The columns of the event, in its order. */
export const eventColumns = ({ event }: Pick<Stream, 'event'>): TableColumn[] =>
  columnsOf(event).map((column) => ({
    name: column.name,
    type: sqlType(column),
    nullable: column.optional || column.nullable,
  }));

/** Every column that the stream's table must have. */
export const tableColumns = (stream: Pick<Stream, 'event'>): TableColumn[] => [
  ...eventColumns(stream),
  ...lineageColumns,
];

/** A name as SQL takes it, whatever it is: a field may be called `order`. */
export const identifier = (name: string): string => pg.escapeIdentifier(name);

/** `streams.refunds` → `"streams"."refunds"` */
export const qualified = (table: string): string => table.split('.').map(identifier).join('.');

/** The function that tells an edited row from the row as it was written. */
export const fingerprintOf = (table: string): string => `${identifier(table.split('.')[0] ?? '')}.fingerprint`;
