/** What the streams that move stock have in common: a sale takes from the shelf, a restock puts on it. */
import { quantity, text, timestamp } from '../columns.ts';
import { upTo } from '../stream.ts';

export const movementFields = {
  event_id: text(100, 'The event; unique over all inventory topics. A repeat changes nothing.'),
  product_id: text(50, 'The product; also the key of the Kafka record.'),
  quantity: quantity('How many pieces.'),
  timestamp: timestamp('When it happened.'),
};

export const orderId = text(100, 'The order; for an online order the same as on topic `orders`.');

/** A sale lowers what shop and store may promise to the next customer, so stock follows it at once. */
export const stockMovements = {
  key: 'product_id',
  ids: ['event_id', 'order_id', 'product_id'],
  partitions: 4,
  consumer: 'update-inventory',
  handler: 'own',
  batching: upTo(1),
} as const;
