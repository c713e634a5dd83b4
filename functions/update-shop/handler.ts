/** Kafka `products` and `customers` → shop.products and shop.customers, as the last record of each says. */
import { consumedBy, streams } from '#domain/streams.ts';
import { tableHandler } from '#lambda/table-handler.ts';
import { updateShop } from './update-shop.ts';

export const handler = tableHandler(consumedBy(streams.products.consumer), updateShop);
