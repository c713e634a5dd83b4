/** What becomes of a batch when its events are read: the usable ones in columns, the others dead letters with a reason. */
import type { z } from 'zod';
import { columnScanner } from './column-scanner.ts';
import { type DeadLetter, Unusable } from './dead-letters.ts';
import { tooLarge } from './deliverable.ts';
import { allocateColumns, allocateExtra, type EventColumns, eventObjects, part, putEvent } from './event-columns.ts';
import { eventReader } from './event-reader.ts';
import { extraFields } from './extra-fields.ts';
import { keyReader } from './keyed-records.ts';
import { framesOf, NO_VALUE } from './record-frames.ts';
import type { KafkaRecord, PartitionBatch, ReadRecord } from './records.ts';
import type { Stream } from './stream.ts';

const utf8 = new TextDecoder();

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
  stream: Pick<Stream<Schema>, 'event'> & Partial<Pick<Stream, 'cleanup' | 'key'>>,
  batch: PartitionBatch,
): ReadBatch<z.infer<Schema>> {
  const { event: schema } = stream;
  const frames = framesOf(batch);
  const { count, bytes, starts, values } = frames;
  const arena = { bytes, length: bytes.length };
  const { columns, offsets, timestamps } = allocateColumns(schema, count, arena);
  const known = new Set(columns.map(({ name }) => name));
  const extra = allocateExtra(count, arena);
  const scan = columnScanner(columns, bytes, extra);
  const read = eventReader(schema);
  const keys = stream.cleanup && keyReader(stream);
  const tombstones: KafkaRecord[] = [];
  const bad: DeadLetter[] = [];
  let row = 0;
  for (let index = 0; index < count; index++) {
    const start = values[index] as number;
    // What is compacted is little: its records are read one by one, with their keys.
    if (keys || start === NO_VALUE || !scan(row, start, starts[index + 1] as number)) {
      const record = frames.record(index);
      try {
        if (record.leftOut) throw tooLarge(record.leftOut);
        if (keys && record.value === null) {
          keys.read(record.key);
          tombstones.push(record);
          continue;
        }
        const event = read(record.value);
        keys?.expect(record.key, event);
        putEvent(columns, row, event);
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
    tombstones,
    bad,
    get good() {
      good ??= eventObjects<z.infer<Schema>>(events);
      return good;
    },
  };
}
