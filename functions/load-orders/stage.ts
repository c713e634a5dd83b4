/** Copies the rows of files into a temporary table, from which insert.ts takes them. */

import type { Lake } from '#adapters/lake/index.ts';
import { columnOf, objectSource, type RowGroup, readRowGroups } from '#adapters/lake/parquet-read.ts';
import { type CopyRows, copyInto } from '#adapters/postgres/copy.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { columnsOf } from '#domain/columns.ts';
import { orderEvent } from '#domain/orders.ts';
import type { LakeFile } from './claim.ts';

const orderColumns = columnsOf(orderEvent);

/** In the order of `copyRows`. */
const columns = [...orderColumns.map(({ name }) => name), 'delivery_id', 'kafka_offset', 'kafka_timestamp'];

export async function stage(
  transaction: Transaction,
  lake: Lake,
  files: readonly LakeFile[],
  signal: AbortSignal,
): Promise<void> {
  await transaction.query(
    'create temporary table incoming (like warehouse.fact_orders, kafka_timestamp timestamptz not null) on commit drop',
  );
  await copyInto(transaction, 'incoming', columns, rowsOf(lake, files), signal);
}

async function* rowsOf(lake: Lake, files: readonly LakeFile[]): AsyncGenerator<CopyRows> {
  for (const file of files) {
    const where = `s3://${lake.bucket}/${file.key} of delivery ${file.deliveryId}`;
    let rows = 0;
    try {
      for await (const group of readRowGroups(objectSource(lake, file.key, file.bytes))) {
        rows += group.rows;
        yield copyRows(group, file);
      }
    } catch (cause) {
      throw new Error(`${where} can't be read: ${(cause as Error).message}`, { cause });
    }
    if (rows !== file.rows)
      throw new Error(`${where} has ${rows} rows, the ledger says ${file.rows}; run the proof to see what is off.`);
  }
}

function copyRows(group: RowGroup, { deliveryId }: LakeFile): CopyRows {
  return {
    rows: group.rows,
    columns: [
      ...orderColumns.map(({ name, kind, optional }) => ({ kind, values: columnOf(group, name, optional) })),
      { kind: 'bigint', values: deliveryId },
      { kind: 'bigint', values: columnOf(group, 'kafka_offset') },
      { kind: 'timestamp', values: columnOf(group, 'kafka_timestamp') },
    ],
  };
}
