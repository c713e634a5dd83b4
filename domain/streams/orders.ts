import * as z from 'zod';
import { money, quantity, text, timestamp, uuid } from '../columns.ts';
import { type Stream, upTo } from '../stream.ts';

/**
 * The event on topic `orders`. Version 1 has the first seven fields; version 2 adds what was bought. Both are one
 * schema, since every field that version 2 adds is optional. A negative amount is a credit and is kept as it is.
 */
export const orderEvent = z
  .object({
    order_id: uuid(
      'The order; unique. A second record with the same id and content is a duplicate, with other content a conflict.',
    ),
    user_id: uuid('The user who ordered; also the key of the Kafka record, so that a user’s orders stay in sequence.'),
    amount: money('What the order costs, at most two decimals.'),
    currency: text(10, 'ISO 4217 code, such as EUR.'),
    category: text(50, 'Product category.'),
    country: text(10, 'ISO 3166 code of the country ordered from.'),
    created_at: timestamp('When the order was made.'),
    product_id: text(50, 'Version 2: the product that was bought.').nullish(),
    quantity: quantity('Version 2: how many pieces were bought.').nullish(),
  })
  .meta({ title: 'order', version: 2 });

/** Money in cents, times in microseconds since 1970 UTC. */
export type Order = z.infer<typeof orderEvent>;

export const orders = {
  topic: 'orders',
  key: 'user_id',
  ids: ['order_id'],
  event: orderEvent,
  partitions: 4,
  consumer: 'archive-orders',
  handler: 'own',
  lake: { prefix: 'raw/orders', format: 'parquet' },
  // In lake and warehouse within half a minute. Most of its cost are PUTs, four a window.
  batching: upTo(20),
} as const satisfies Stream;
