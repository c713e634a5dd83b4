/**
 * Events as gzipped JSON lines: raw data for readers that know nothing of our schemas. The bytes are a function of the
 * records: encoding the same ones twice gives the same file (gzip's header has no time).
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { z } from 'zod';
import { type ColumnKind, columnsOf } from '#domain/columns.ts';
import { formatCents } from '#domain/money.ts';
import type { PartitionBatch, ReadRecord } from '#domain/records.ts';
import { formatMicros } from '#domain/time.ts';

/** The default level would take 1.4 times the CPU, for objects that are an eighth smaller. */
const GZIP_LEVEL = 1;

/**
 * One line for each record: the event's columns in one form whatever was sent (UUIDs in lower case, money as decimal text,
 * times in UTC, null for what is missing), then `kafka_partition`, `kafka_offset` and `kafka_timestamp`, and in `raw` the
 * record's value as it came.
 *
 * @param event schema made of domain/columns.ts
 * @param records in offset order
 * @param from the batch that they were read from, whose values are UTF-8
 */
export function encodeLines<Event extends z.ZodObject>(
  event: Event,
  records: readonly ReadRecord<z.infer<Event>>[],
  from: PartitionBatch,
): Uint8Array {
  const columns = columnsOf(event).map(({ name, kind }) => ({ name, field: `"${name}":`, json: inJson[kind] }));
  const values = new Map(from.records.map(({ offset, value }) => [offset, value]));
  const lines: string[] = [];
  for (const { offset, timestamp, event } of records) {
    const value = values.get(offset);
    if (!value) throw new Error(`Expected the value of ${from.topic}-${from.partition}@${offset} in its batch`);
    let line = '{';
    for (const { name, field, json } of columns) {
      const cell = (event as Record<string, unknown>)[name] ?? null;
      line += `${field}${cell === null ? 'null' : json(cell as never)},`;
    }
    // Buffer keeps a byte order mark, which TextDecoder would drop.
    const raw = JSON.stringify(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString());
    const time = new Date(timestamp).toISOString();
    line += `"kafka_partition":${from.partition},"kafka_offset":${offset},"kafka_timestamp":"${time}","raw":${raw}}\n`;
    lines.push(line);
  }
  return gzipSync(lines.join(''), { level: GZIP_LEVEL });
}

/** The lines of a file, without their ends. */
export const readLines = (file: Uint8Array): string[] => gunzipSync(file).toString().split('\n').slice(0, -1);

const inJson: { readonly [Kind in ColumnKind]: (value: never) => string } = {
  uuid: ((text) => `"${text}"`) satisfies (text: string) => string,
  text: JSON.stringify satisfies (text: string) => string,
  money: ((cents) => `"${formatCents(cents)}"`) satisfies (cents: number) => string,
  timestamp: ((micros) => `"${formatMicros(micros)}"`) satisfies (micros: bigint) => string,
  integer: String satisfies (number: number) => string,
};
