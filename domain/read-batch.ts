/** What becomes of a batch when its events are read: the usable ones in columns, the others dead letters with a reason. */
import type { z } from 'zod';
import { latestAllowed } from './ahead.ts';
import { columnScanner } from './column-scanner.ts';
import { type DeadLetter, Unusable } from './dead-letters.ts';
import { tooLarge } from './deliverable.ts';
import { allocateColumns, allocateExtra, type EventColumns, eventObjects, part, putEvent } from './event-columns.ts';
import { type Readable, unusable, wholeReader } from './event-reader.ts';
import { extraFields } from './extra-fields.ts';
import { keyReader } from './keyed-records.ts';
import { framesOf, NO_VALUE } from './record-frames.ts';
import type { KafkaRecord, PartitionBatch, ReadRecord } from './records.ts';
import type { Stream } from './stream.ts';

/** Usable events, records that only remove a key, and dead letters, each in the order of their offsets. */
export interface ReadBatch<Event> {
  readonly events: EventColumns;
  /** The events again, as objects that are made when they are asked for. */
  readonly good: readonly ReadRecord<Event>[];
  /** Records without a value, of a topic that is compacted: what their key names is gone. */
  readonly tombstones: readonly KafkaRecord[];
  readonly bad: readonly DeadLetter[];
}

export function readBatch<Schema extends z.ZodObject>(
  stream: Readable<Schema> & Partial<Pick<Stream, 'cleanup' | 'key'>>,
  batch: PartitionBatch,
): ReadBatch<z.infer<Schema>> {
  const frames = framesOf(batch);
  const { count, bytes, starts, values } = frames;
  const arena = { bytes, length: bytes.length };
  const { columns, offsets, timestamps } = allocateColumns(stream.event, count, arena);
  const known = new Set(columns.map(({ name }) => name));
  const extra = allocateExtra(count, arena);
  // What stands in an envelope only the reference finds.
  const scan = stream.envelope ? () => false : columnScanner(columns, bytes, extra);
  const read = wholeReader(stream);
  let row = 0;
  const later = columns.filter(({ requiredFrom }) => requiredFrom !== undefined);
  /** Whether a row that was scanned has no value where a record of its time must have one: the reference says why that is. */
  const lacks = (timestamp: number): boolean =>
    later.some(({ requiredFrom = Number.POSITIVE_INFINITY, present }) => timestamp >= requiredFrom && !present?.[row]);
  const limited = columns.filter(({ aheadAtMost }) => aheadAtMost !== undefined);
  /** Whether a row that was scanned says a time that may be too far ahead of its record's: the reference says so. */
  const isAhead = (timestamp: number): boolean =>
    limited.some(({ aheadAtMost = 0, ...column }) => {
      const latest = latestAllowed(aheadAtMost, timestamp);
      return column.kind === 'timestamp' && latest !== undefined && (column.values.values[row] as bigint) > latest;
    });
  const keys = stream.cleanup && keyReader(stream);
  const tombstones: KafkaRecord[] = [];
  const bad: DeadLetter[] = [];
  for (let index = 0; index < count; index++) {
    const start = values[index] as number;
    // What is compacted is little: its records are read one by one, with their keys.
    const timestamp = frames.timestamps[index] as number;
    const isScanned = !keys && start !== NO_VALUE && scan(row, start, starts[index + 1] as number);
    if (!isScanned || lacks(timestamp) || isAhead(timestamp)) {
      const record = frames.record(index);
      try {
        if (record.leftOut) throw tooLarge(record.leftOut);
        if (keys && record.value === null) {
          keys.read(record.key);
          tombstones.push(record);
          continue;
        }
        const reading = read(record.value, record.headers, record.timestamp);
        if ('faults' in reading) throw unusable(reading.faults);
        keys?.expect(record.key, reading.event);
        putEvent(columns, row, reading.event);
        putEvent([extra], row, { extra: extraFields(reading.json, known) });
      } catch (error) {
        if (!(error instanceof Unusable)) throw error;
        const { topic, partition } = batch;
        bad.push({ topic, partition, ...record, reason: error.reason, message: error.message });
        continue;
      }
    }
    offsets[row] = frames.offsets[index] as number;
    timestamps[row] = timestamp;
    row++;
  }
  const events = part({ rows: count, offsets, timestamps, columns, extra }, 0, row);
  let good: readonly ReadRecord<z.infer<Schema>>[] | undefined;
  return {
    events,
    tombstones,
    bad,
    get good() {
      good ??= eventObjects<z.infer<Schema>>(events);
      return good;
    },
  };
}
