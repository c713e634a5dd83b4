/**
 * Events as gzipped JSON lines: raw data for readers that know nothing of our schemas. The bytes are a function of the
 * records: encoding the same ones twice gives the same file (gzip's header has no time).
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { EventColumns } from '#domain/event-columns.ts';
import { framesOf, NO_VALUE, recordFinder } from '#domain/record-frames.ts';
import type { PartitionBatch } from '#domain/records.ts';
import { jsonWriters, LONGEST_VALUE, writeNumber, writeText, writeTime } from './json-values.ts';

/** The default level would take 1.4 times the CPU, for objects that are an eighth smaller. */
const GZIP_LEVEL = 1;

/** Of a byte that JSON escapes: `\u001f`. */
const LONGEST_ESCAPE = 6;

/**
 * One line for each event: its columns in one form whatever was sent (UUIDs in lower case, money as decimal text, times in
 * UTC, null for what is missing), then `kafka_partition`, `kafka_offset` and `kafka_timestamp`, and in `raw` the record's value
 * as it came. Bytes are copied to bytes: a string for each value would take as long as all the rest.
 *
 * @param from the batch that they were read from, whose values are UTF-8
 */
export function encodeLines(_: unknown, events: EventColumns, from: PartitionBatch): Uint8Array {
  const { rows, offsets, timestamps, columns } = events;
  const fields = columns.map(({ name, kind, values, present }, index) => ({
    name: Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`),
    write: jsonWriters[kind],
    ...{ values, present },
  }));
  const place = Buffer.from(`,"kafka_partition":${from.partition},"kafka_offset":`);
  const longest = fields.reduce((sum, { name }) => sum + name.length + LONGEST_VALUE, place.length + 4 * LONGEST_VALUE);

  const frames = framesOf(from);
  let lines = Buffer.allocUnsafe(2 * frames.bytes.length + longest);
  let at = 0;
  const find = recordFinder(frames);
  for (let row = 0; row < rows; row++) {
    const offset = offsets[row] as number;
    const record = find(offset);
    const start = frames.values[record] ?? NO_VALUE;
    if (start === NO_VALUE)
      throw new Error(`Expected the value of ${from.topic}-${from.partition}@${offset} in its batch`);
    const end = frames.starts[record + 1] as number;
    // Texts of columns are parts of the value, so both are at most as long as it.
    lines = withRoom(lines, at, longest + 2 * LONGEST_ESCAPE * (end - start));
    for (const { name, write, values, present } of fields) {
      at = copy(lines, at, name);
      if (present && present[row] === 0) at = copy(lines, at, NULL);
      else at = write(lines, at, values as never, row);
    }
    at = writeNumber(lines, copy(lines, at, place), offset);
    at = writeTime(lines, copy(lines, at, TIMESTAMP), timestamps[row] as number, 'ms');
    at = writeText(lines, copy(lines, at, RAW), frames.bytes, start, end);
    at = copy(lines, at, END);
  }
  return gzipSync(lines.subarray(0, at), { level: GZIP_LEVEL });
}

/** The lines of a file, without their ends. */
export const readLines = (file: Uint8Array): string[] => gunzipSync(file).toString().split('\n').slice(0, -1);

const NULL = Buffer.from('null');
const TIMESTAMP = Buffer.from(',"kafka_timestamp":');
const RAW = Buffer.from(',"raw":');
const END = Buffer.from('}\n');

function copy(lines: Buffer, at: number, bytes: Uint8Array): number {
  for (let index = 0; index < bytes.length; index++) lines[at + index] = bytes[index] as number;
  return at + bytes.length;
}

function withRoom(lines: Buffer, at: number, room: number): Buffer<ArrayBuffer> {
  if (at + room <= lines.length) return lines as Buffer<ArrayBuffer>;
  const larger = Buffer.allocUnsafe(2 * (at + room));
  lines.copy(larger, 0, 0, at);
  return larger;
}
