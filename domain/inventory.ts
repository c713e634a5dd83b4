/** Events that move stock. A sale takes from the shelf, a restock puts on it; stock is the sum of all movements. */
import * as z from 'zod';
import { quantity, text, timestamp } from './columns.ts';
import type { EventColumns } from './event-columns.ts';

const movement = {
  event_id: text(100, 'The event; unique over all inventory topics. A repeat changes nothing.'),
  product_id: text(50, 'The product; also the key of the Kafka record.'),
  quantity: quantity('How many pieces.'),
  timestamp: timestamp('When it happened.'),
};
const orderId = text(100, 'The order; for an online order the same as on topic `orders`.');

/** The event on topic `online_orders`. */
export const onlineOrderEvent = z.object({ ...movement, order_id: orderId });

/** The event on topic `store_sales`. */
export const storeSaleEvent = z.object({ ...movement, order_id: orderId, store_id: text(50, 'The store.') });

/** The event on topic `supplier_restocks`. */
export const supplierRestockEvent = z.object({ ...movement, supplier_id: text(50, 'The supplier.') });

export type Movement = z.infer<typeof onlineOrderEvent | typeof storeSaleEvent | typeof supplierRestockEvent>;

/** Pieces that the event adds to the shelf; negative for a sale. */
export function changeOf(event: Movement): number {
  return 'supplier_id' in event ? event.quantity : -event.quantity;
}

/** The same of each of these events, which are of one topic. */
export function changesOf({ columns }: EventColumns): number[] {
  const isRestock = columns.some(({ name }) => name === 'supplier_id');
  const quantities = columns.find(({ name }) => name === 'quantity')?.values as Int32Array;
  return Array.from(quantities, (quantity) => (isRestock ? quantity : -quantity));
}
