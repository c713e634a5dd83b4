/** Events as lake objects have them, for tests that begin with events rather than records. */

import type { z } from 'zod';
import { encodeEvents } from '#adapters/lake/parquet.ts';
import { columnsFrom } from '#domain/event-columns.ts';
import type { ReadRecord } from '#domain/records.ts';

export const encodeRecords = <Event extends z.ZodObject>(
  event: Event,
  records: readonly ReadRecord<z.infer<Event>>[],
  from: { readonly topic: string; readonly partition: number },
): Uint8Array => encodeEvents(event, columnsFrom(event, records), from);
