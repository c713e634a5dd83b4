/** What becomes of a record that moved no stock: a repeat, a conflict with the first of its event_id, or no known product. */
import type { z } from 'zod';
import { Unusable } from '#domain/dead-letters.ts';
import { eventReader } from '#domain/records.ts';
import { differingFields } from '#domain/same-content.ts';
import type { Stream } from '#domain/streams.ts';

/** The record that moved the stock for an event_id, as the log has it. */
export interface First {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: string | null;
}

export type Outcome =
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'conflict' | 'unknown_product'; readonly message: string };

/** Compares the whole event with the first one as that was written: the log's columns are not all of its fields. */
export function judge<Event extends z.ZodObject>(
  { topic, event: schema }: Stream<Event>,
  event: z.infer<Event>,
  first: First | null,
): Outcome {
  if (!first)
    return {
      outcome: 'unknown_product',
      message: 'product_id: no such product in inventory.inventory; add it there and redrive',
    };
  const where = `${first.topic} partition ${first.partition} offset ${first.offset} holds the first`;
  const conflict = (other: string): Outcome => ({
    outcome: 'conflict',
    message: `event_id: the same event came before with another ${other}; ${where}`,
  });
  if (first.topic !== topic) return conflict('topic');
  const before = readAgain(schema, first.value);
  if (!before) return conflict('content, which can no longer be read');
  const fields = differingFields(schema, before, event);
  return fields.length > 0 ? conflict(fields.join(', ')) : { outcome: 'duplicate' };
}

/** @returns undefined if today's rules refuse what was accepted then, or the log has lost it */
function readAgain<Event extends z.ZodObject>(schema: Event, value: string | null): z.infer<Event> | undefined {
  try {
    return eventReader(schema)(value === null ? null : Buffer.from(value));
  } catch (error) {
    if (error instanceof Unusable) return undefined;
    throw error;
  }
}
