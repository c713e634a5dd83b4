/** The payment of a purchase as an event on topic `transactions`, as a payment provider writes it. */
import { paymentEvent } from '#domain/streams/transactions.ts';
import { type MalformedKind, malformedKindsOf } from './malformed.ts';
import { isoMicros } from './orders.ts';
import type { Purchase } from './purchases.ts';
import type { Random } from './random.ts';

export interface PaymentEvent {
  readonly transaction_id: string;
  /** Not in the schema, which ignores other fields; with it payments can be compared with orders. */
  readonly order_id: string;
  readonly user_id: string;
  /** The order's amount; negative for a refund. */
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  /** ISO 8601 with microseconds. */
  readonly event_time: string;
}

const statuses = [
  { status: 'completed', weight: 92 },
  { status: 'pending', weight: 5 },
  { status: 'failed', weight: 3 },
];

/** @param at when it was made by the provider's clock, in milliseconds since 1970 */
export function paymentOf(purchase: Purchase, at: number, random: Random): PaymentEvent {
  const { orderId, customer, cents, micros } = purchase;
  const { status } = random.weighted(statuses);
  return {
    transaction_id: random.uuid(),
    order_id: orderId,
    user_id: customer.id,
    amount: cents / 100,
    currency: customer.country.currency,
    status: cents < 0 ? 'refunded' : status,
    event_time: isoMicros(at, micros),
  };
}

export const malformedPayments: readonly MalformedKind<PaymentEvent>[] = malformedKindsOf(paymentEvent, {
  text: 'status',
  line: ['transaction_id', 'amount', 'currency'],
});
