/** Stock is the sum of all movements (domain/streams/movements.ts). */
import type * as z from 'zod';
import type { EventColumns } from './event-columns.ts';
import type { onlineOrderEvent } from './streams/online-orders.ts';
import type { storeSaleEvent } from './streams/store-sales.ts';
import type { supplierRestockEvent } from './streams/supplier-restocks.ts';

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
