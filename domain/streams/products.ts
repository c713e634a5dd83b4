import * as z from 'zod';
import { money, quantity, text } from '../columns.ts';
import { type Stream, upTo } from '../stream.ts';

/** The event on topic `products`: a product as it is from now on. A record without a value says that it is gone. */
export const productEvent = z
  .object({
    product_id: text(50, 'The product; also the key of the Kafka record.'),
    name: text(200, 'What customers call it.'),
    category: text(50, 'Product category.'),
    price: money('What a piece costs, at most two decimals.'),
    low_stock_threshold: quantity('Stock below this counts as low; it stays as it is if absent.').nullish(),
  })
  .meta({ title: 'product', version: 1 });

export const products = {
  topic: 'products',
  key: 'product_id',
  ids: ['product_id'],
  event: productEvent,
  partitions: 4,
  cleanup: 'compact',
  consumer: 'update-shop',
  handler: 'own',
  // The threshold is the shelf's.
  latest: { name: 'shop.products', leftOut: ['low_stock_threshold'], emptied: [] },
  // Who adds a product wants to sell it.
  batching: upTo(1),
} as const satisfies Stream;
