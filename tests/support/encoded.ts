/** Events as lake objects have them, for tests that begin with events rather than records. */

import type { z } from 'zod';
import { encodeEvents } from '#adapters/lake/parquet.ts';
import { allocateColumns, type EventColumns, putEvent } from '#domain/event-columns.ts';
import type { ReadRecord } from '#domain/records.ts';

export function columnsFrom<Event extends z.ZodObject>(
  event: Event,
  records: readonly ReadRecord<z.infer<Event>>[],
): EventColumns {
  const events = allocateColumns(event, records.length, { bytes: new Uint8Array(), length: 0 });
  for (const [row, record] of records.entries()) {
    events.offsets[row] = record.offset;
    events.timestamps[row] = record.timestamp;
    putEvent(events.columns, row, record.event);
  }
  return events;
}

export const encodeRecords = <Event extends z.ZodObject>(
  event: Event,
  records: readonly ReadRecord<z.infer<Event>>[],
  from: { readonly topic: string; readonly partition: number },
): Uint8Array => encodeEvents(event, columnsFrom(event, records), from);
