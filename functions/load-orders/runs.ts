/** Reads files as rows that COPY takes, a run at a time: as many as are put in order and inserted at once. */
import { Readable } from 'node:stream';
import type { Lake } from '#adapters/lake/index.ts';
import { objectSource, readEventColumns } from '#adapters/lake/parquet-read.ts';
import { addRows, type CopyRows, type EncodedRows, noRows } from '#adapters/postgres/encoded-rows.ts';
import { columnsOf } from '#domain/columns.ts';
import type { EventColumns } from '#domain/event-columns.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import type { LakeFile } from './claim.ts';

/** As many as list.ts puts into a chunk: 27 MB, in the order of which an index of ten million gets 4 rows a page. */
const RUN_ROWS = 200_000;

/** Of the rows, in their order. The first is the id. */
export const rowColumns = [...columnsOf(orderEvent).map(({ name }) => name), 'delivery_id', 'kafka_offset'];

/** @param signal ends the reading */
export function readRuns(lake: Lake, files: readonly LakeFile[], signal: AbortSignal): AsyncIterable<EncodedRows> {
  // Nothing is read before it is asked for, so that no more than one run is in memory.
  return Readable.from(runsOf(lake, files), { signal, highWaterMark: 0 });
}

/** Of a row of an order, usually. */
const ROW_BYTES = 160;

async function* runsOf(lake: Lake, files: readonly LakeFile[]): AsyncGenerator<EncodedRows> {
  const all = files.reduce((sum, { rows }) => sum + rows, 0);
  const empty = () => noRows(Math.min(all, RUN_ROWS) * ROW_BYTES);
  let run = empty();
  for await (const part of partsOf(lake, files)) {
    if (run.rows > 0 && run.rows + part.rows > RUN_ROWS) {
      yield run;
      run = empty();
    }
    addRows(run, part, 0, part.rows);
  }
  if (run.rows > 0) yield run;
}

async function* partsOf(lake: Lake, files: readonly LakeFile[]): AsyncGenerator<CopyRows> {
  for (const file of files) {
    const where = `s3://${lake.bucket}/${file.key} of delivery ${file.deliveryId}`;
    let rows = 0;
    try {
      for await (const events of readEventColumns(orderEvent, objectSource(lake, file.key, file.bytes))) {
        rows += events.rows;
        yield copyRows(events, file);
      }
    } catch (cause) {
      throw new Error(`${where} can't be read: ${(cause as Error).message}`, { cause });
    }
    if (rows !== file.rows)
      throw new Error(`${where} has ${rows} rows, the ledger says ${file.rows}; run the proof to see what is off.`);
  }
}

const copyRows = ({ rows, columns, offsets }: EventColumns, { deliveryId }: LakeFile): CopyRows => ({
  rows,
  columns: [...columns, { kind: 'bigint', values: deliveryId }, { kind: 'bigint', values: offsets }],
});
