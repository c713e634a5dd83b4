/** The Parquet type of each kind of column, chosen so that Spark, DuckDB and pyarrow read it alike. */
import type { SchemaElement } from 'hyparquet';
import type { Column, ColumnKind } from '#domain/columns.ts';

export interface ParquetColumn extends Column {
  readonly element: SchemaElement;
  readonly statistics: boolean;
}

type Physical = Omit<SchemaElement, 'name' | 'repetition_type'>;

/** converted_type is the older form of logical_type; readers of either are common. */
const timestamp: Physical = {
  type: 'INT64',
  converted_type: 'TIMESTAMP_MICROS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
};
const string: Physical = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
const decimal: Physical = {
  type: 'INT64',
  converted_type: 'DECIMAL',
  precision: 10,
  scale: 2,
  logical_type: { type: 'DECIMAL', precision: 10, scale: 2 },
};

const physical: Record<ColumnKind, Physical> = {
  // Not Parquet's UUID type: Spark 3.5 and 4 refuse a file that has one.
  uuid: string,
  money: decimal,
  text: string,
  timestamp,
  integer: { type: 'INT32' },
};

export function parquetColumn(column: Column): ParquetColumn {
  return {
    ...column,
    element: {
      name: column.name,
      repetition_type: column.optional || column.nullable ? 'OPTIONAL' : 'REQUIRED',
      ...physical[column.kind],
    },
    // Queries choose files by time; the least and greatest id, amount or country of a batch tell nothing.
    statistics: column.kind === 'timestamp',
  };
}

/** The record's offset and time in Kafka: two columns that every file of the lake has beside its event's. */
export const kafkaOffset: SchemaElement = { name: 'kafka_offset', repetition_type: 'REQUIRED', type: 'INT64' };
export const kafkaTimestamp: SchemaElement = { name: 'kafka_timestamp', repetition_type: 'REQUIRED', ...timestamp };
