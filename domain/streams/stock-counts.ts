import * as z from 'zod';
import { pieces, text, timestamp } from '../columns.ts';
import type { Stream } from '../stream.ts';
import { stockMovements } from './movements.ts';

/** The event on topic `stock_counts`: what somebody found on the shelf. What moved before it no longer matters. */
export const stockCountEvent = z
  .object({
    count_id: text(100, 'The count; unique over all inventory topics. A repeat changes nothing.'),
    product_id: text(50, 'The product; also the key of the Kafka record.'),
    counted: pieces('How many pieces were on the shelf.'),
    counted_at: timestamp('When they were counted: movements up to then are in it, later ones change it.'),
    location: text(100, 'Where it was counted.').nullish(),
    note: text(500, 'What there is to say about it.').nullish(),
  })
  .meta({ title: 'stock count', version: 1 });

export const stockCounts = {
  ...stockMovements,
  topic: 'stock_counts',
  ids: ['count_id', 'product_id'],
  event: stockCountEvent,
} as const satisfies Stream;
