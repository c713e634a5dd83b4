/** Events that move stock, as the shop's channels write them. */
import { onlineOrderEvent } from '#domain/streams/online-orders.ts';
import { storeSaleEvent } from '#domain/streams/store-sales.ts';
import { supplierRestockEvent } from '#domain/streams/supplier-restocks.ts';
import { type MalformedKind, malformedKindsOf } from './malformed.ts';
import type { Topic } from './messages.ts';

/** `timestamp` is ISO 8601; the fields have the names and order of the topic's schema. */
export type MovementEvent = {
  readonly event_id: string;
  readonly product_id: string;
  /** Pieces, at least 1; the topic says whether they come or go. */
  readonly quantity: number;
  readonly timestamp: string;
} & (
  | { readonly order_id: string }
  | { readonly order_id: string; readonly store_id: string }
  | { readonly supplier_id: string }
);

export const movementTopics = ['online_orders', 'store_sales', 'supplier_restocks'] as const satisfies readonly Topic[];
export type MovementTopic = (typeof movementTopics)[number];

/** Pieces that the event adds to the shelf; negative for a sale. */
export function effectOf(event: MovementEvent): number {
  return 'supplier_id' in event ? event.quantity : -event.quantity;
}

const names = { text: 'product_id', line: ['event_id', 'product_id', 'quantity'] } as const;

export const malformedMovements: Readonly<Record<MovementTopic, readonly MalformedKind<MovementEvent>[]>> = {
  online_orders: malformedKindsOf(onlineOrderEvent, names),
  store_sales: malformedKindsOf(storeSaleEvent, names),
  supplier_restocks: malformedKindsOf(supplierRestockEvent, names),
};
