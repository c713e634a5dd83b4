import * as z from 'zod';
import { text } from '../columns.ts';
import type { Stream } from '../stream.ts';
import { movementFields, orderId, stockMovements } from './movements.ts';

/** The event on topic `store_sales`. */
export const storeSaleEvent = z.object({ ...movementFields, order_id: orderId, store_id: text(50, 'The store.') });

export const storeSales = {
  ...stockMovements,
  topic: 'store_sales',
  event: storeSaleEvent,
} as const satisfies Stream;
