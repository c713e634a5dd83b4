import * as z from 'zod';
import type { Stream } from '../stream.ts';
import { movementFields, orderId, stockMovements } from './movements.ts';

/** The event on topic `online_orders`. */
export const onlineOrderEvent = z.object({ ...movementFields, order_id: orderId });

export const onlineOrders = {
  ...stockMovements,
  topic: 'online_orders',
  event: onlineOrderEvent,
} as const satisfies Stream;
