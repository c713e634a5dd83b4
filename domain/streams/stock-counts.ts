import * as z from 'zod';
import { pieces, text, timestamp } from '../columns.ts';
import type { Stream } from '../stream.ts';
import { stockMovements } from './movements.ts';

/** A year that was mistyped would hold against every count to come. A day, for clocks that are told local time. */
const DAY_MS = 86_400_000;

/** The event on topic `stock_counts`: what somebody found on the shelf. What moved before it no longer matters. */
export const stockCountEvent = z
  .object({
    count_id: text(100, 'The count; unique over all inventory topics. A repeat changes nothing.'),
    product_id: text(50, 'The product; also the key of the Kafka record.'),
    counted: pieces('How many pieces were on the shelf.'),
    counted_at: timestamp(
      'When they were counted: movements up to then are in it, later ones change it. A day after the record’s time in Kafka at most.',
      { aheadAtMost: DAY_MS },
    ),
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
