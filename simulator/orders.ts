/** A purchase as an event on topic `orders`. */
import type { Purchase } from './purchases.ts';

/** An order as a shop writes it. The event has no version number: version 2 is the one with product_id and quantity. */
export interface OrderEvent {
  readonly order_id: string;
  readonly user_id: string;
  readonly amount: number;
  readonly currency: string;
  readonly category: string;
  readonly country: string;
  /** ISO 8601 with microseconds. */
  readonly created_at: string;
  readonly product_id?: string;
  readonly quantity?: number;
}

export function orderOf(purchase: Purchase, version: 1 | 2): OrderEvent {
  const { orderId, customer, product, quantity, cents, at, micros } = purchase;
  const order: OrderEvent = {
    order_id: orderId,
    user_id: customer.id,
    // JavaScript writes the double nearest to a decimal of two places with at most two places.
    amount: cents / 100,
    currency: customer.country.currency,
    category: product.category,
    country: customer.country.code,
    created_at: isoMicros(at, micros),
  };
  return version === 1 ? order : { ...order, product_id: product.id, quantity };
}

/** ISO 8601 with microseconds, which JavaScript's own dates don't have. */
export function isoMicros(milliseconds: number, micros: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
