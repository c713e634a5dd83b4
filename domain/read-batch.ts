/** What becomes of a batch when its events are read: the usable ones in columns, the others dead letters with a reason. */
import type { z } from 'zod';
import { columnScanner } from './column-scanner.ts';
import { type DeadLetter, Unusable } from './dead-letters.ts';
import { tooLarge } from './deliverable.ts';
import { allocateColumns, allocateExtra, type EventColumns, eventObjects, part, putEvent } from './event-columns.ts';
import { eventReader } from './event-reader.ts';
import { extraFields } from './extra-fields.ts';
import { framesOf, NO_VALUE } from './record-frames.ts';
import type { PartitionBatch, ReadRecord } from './records.ts';
import type { Stream } from './stream.ts';

const utf8 = new TextDecoder();

/** Usable events and dead letters, each in the order of their offsets. */
export interface ReadBatch<Event> {
  readonly events: EventColumns;
  /** The events again, as objects that are made when they are asked for. */
  readonly good: readonly ReadRecord<Event>[];
  readonly bad: readonly DeadLetter[];
}

export function readBatch<Schema extends z.ZodObject>(
  { event: schema }: Pick<Stream<Schema>, 'event'>,
  batch: PartitionBatch,
): ReadBatch<z.infer<Schema>> {
  const frames = framesOf(batch);
  const { count, bytes, starts, values } = frames;
  const arena = { bytes, length: bytes.length };
  const { columns, offsets, timestamps } = allocateColumns(schema, count, arena);
  const known = new Set(columns.map(({ name }) => name));
  const extra = allocateExtra(count, arena);
  const scan = columnScanner(columns, bytes, extra);
  const read = eventReader(schema);
  const bad: DeadLetter[] = [];
  let row = 0;
  for (let index = 0; index < count; index++) {
    const start = values[index] as number;
    if (start === NO_VALUE || !scan(row, start, starts[index + 1] as number)) {
      const record = frames.record(index);
      try {
        if (record.leftOut) throw tooLarge(record.leftOut);
        putEvent(columns, row, read(record.value));
        const fields = extraFields(utf8.decode(record.value ?? undefined), known);
        putEvent([extra], row, { extra: fields });
      } catch (error) {
        if (!(error instanceof Unusable)) throw error;
        const { topic, partition } = batch;
        bad.push({ topic, partition, ...record, reason: error.reason, message: error.message });
        continue;
      }
    }
    offsets[row] = frames.offsets[index] as number;
    timestamps[row] = frames.timestamps[index] as number;
    row++;
  }
  const events = part({ rows: count, offsets, timestamps, columns, extra }, 0, row);
  let good: readonly ReadRecord<z.infer<Schema>>[] | undefined;
  return {
    events,
    bad,
    get good() {
      good ??= eventObjects<z.infer<Schema>>(events);
      return good;
    },
  };
}
