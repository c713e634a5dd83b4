/** Reads the events that repeats are compared with: each once, however often it is repeated, since it may be megabytes. */
import type { z } from 'zod';
import type { Transaction } from '#adapters/postgres/index.ts';
import { Unusable } from '#domain/dead-letters.ts';
import { eventReader, type Readable } from '#domain/event-reader.ts';
import { READ_FIRSTS } from './statements.ts';

/** Of what is held in memory at once as it was written; the last event may exceed it. */
const MOST_BYTES = 8 << 20;

/** The events that moved the stock for these ids; undefined where today's rules refuse one, or the log has lost it. */
export async function readFirsts<Event extends z.ZodObject>(
  transaction: Transaction,
  stream: Readable<Event>,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, z.infer<Event> | undefined>> {
  const read = firstReader(stream);
  const firsts = new Map<string, z.infer<Event> | undefined>();
  for (let left = [...ids]; left.length > 0; ) {
    const { rows } = await transaction.query<{ event_id: string; raw_event: string | null }>(READ_FIRSTS, [
      left,
      MOST_BYTES,
    ]);
    for (const { event_id, raw_event } of rows) firsts.set(event_id, read(raw_event));
    left = left.slice(rows.length);
  }
  return firsts;
}

/** A function that reads an event from the log's text as `readFirsts` does. */
export function firstReader<Event extends z.ZodObject>(
  stream: Readable<Event>,
): (value: string | null) => z.infer<Event> | undefined {
  const read = eventReader(stream);
  return (value) => {
    try {
      return read(value === null ? null : Buffer.from(value));
    } catch (error) {
      if (error instanceof Unusable) return undefined;
      throw error;
    }
  };
}
