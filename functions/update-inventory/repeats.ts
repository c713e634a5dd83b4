/** What becomes of a record that had no effect on stock: a repeat, a conflict with the first of its id, or no known product. */
import type { z } from 'zod';
import { differingFields } from '#domain/same-content.ts';
import type { Stream } from '#domain/streams.ts';

/** The record that had the effect of an id. */
export interface First<Event> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Undefined if it is of another topic, or can no longer be read. */
  readonly event: Event | undefined;
}

export type Outcome =
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'conflict' | 'unknown_product'; readonly message: string };

/** Compares the whole event with the first one as that was written: the log's columns are not all of its fields. */
export function judge<Event extends z.ZodObject>(
  { topic, ids: [id], event: schema }: Stream<Event>,
  event: z.infer<Event>,
  first: First<z.infer<Event>> | null,
): Outcome {
  if (!first)
    return {
      outcome: 'unknown_product',
      message: 'product_id: no such product in inventory.inventory; add it there and redrive',
    };
  const where = `${first.topic} partition ${first.partition} offset ${first.offset} holds the first`;
  const conflict = (other: string): Outcome => ({
    outcome: 'conflict',
    message: `${id}: the same event came before with another ${other}; ${where}`,
  });
  if (first.topic !== topic) return conflict('topic');
  if (!first.event) return conflict('content, which can no longer be read');
  const fields = differingFields(schema, first.event, event);
  return fields.length > 0 ? conflict(fields.join(', ')) : { outcome: 'duplicate' };
}
