import * as z from 'zod';
import { money, text, timestamp, uuid } from '../columns.ts';
import { type Stream, upTo } from '../stream.ts';

/** The event on topic `user_events`: what a shopper did. Only a purchase has the last three fields. */
export const userEvent = z
  .object({
    event_id: uuid('The event; unique. A second record with the same id counts as a repeat.'),
    user_id: uuid('The user who acted; also the key of the Kafka record, so that a shopper’s events stay in sequence.'),
    event_type: text(20, 'The action: view, click, add_to_cart or purchase; others are kept and not counted.'),
    product_id: text(50, 'The product.'),
    occurred_at: timestamp('When it happened.'),
    order_id: uuid('Purchase: the order, as on topic `orders`.').nullish(),
    amount: money('Purchase: what the order costs, at most two decimals.').nullish(),
    currency: text(10, 'Purchase: ISO 4217 code, such as EUR.').nullish(),
  })
  .meta({ title: 'user event', version: 1 });

export const userEvents = {
  topic: 'user_events',
  key: 'user_id',
  ids: ['event_id', 'order_id'],
  event: userEvent,
  partitions: 4,
  consumer: 'archive-user-events',
  handler: 'own',
  lake: { prefix: 'bronze/user_events', format: 'json_lines' },
  // Clicks are counted by the day.
  batching: upTo(60),
} as const satisfies Stream;
