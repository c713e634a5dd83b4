import * as z from 'zod';
import { text } from '../columns.ts';
import { type Stream, upTo } from '../stream.ts';
import { movementFields, stockMovements } from './movements.ts';

/** The event on topic `supplier_restocks`. */
export const supplierRestockEvent = z.object({ ...movementFields, supplier_id: text(50, 'The supplier.') });

export const supplierRestocks = {
  ...stockMovements,
  topic: 'supplier_restocks',
  event: supplierRestockEvent,
  // Rare and few: goods that arrived wait longer than this for their shelf.
  batching: upTo(10),
} as const satisfies Stream;
