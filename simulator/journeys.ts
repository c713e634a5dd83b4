/** Shoppers' steps, whether they buy or not: the events of topic `user_events` as the web shop writes them. */
import { userEvent } from '#domain/streams/user-events.ts';
import { type MalformedKind, malformedKindsOf } from './malformed.ts';
import { isoMicros } from './orders.ts';
import type { Purchase } from './purchases.ts';
import type { Random } from './random.ts';
import type { Shop } from './shop.ts';

/** An event as the shop writes it; only a purchase has the last three fields. */
export interface ShopperEvent {
  readonly event_id: string;
  readonly user_id: string;
  readonly event_type: string;
  readonly product_id: string;
  /** ISO 8601 with microseconds. */
  readonly occurred_at: string;
  readonly order_id?: string;
  readonly amount?: number;
  readonly currency?: string;
}

/** A shopper's step: its event without the time, which comes from the shopper's clock. */
export interface Step {
  readonly event: Omit<ShopperEvent, 'occurred_at'>;
  /** Milliseconds since 1970, and microseconds within. */
  readonly at: number;
  readonly micros: number;
}

/** Together 3.5 events for each purchase. Real shops have more visitors who only look; these suffice to count. */
const CHANCES = { viewed: 0.4, inCart: 0.5, looksAround: 0.3, clicks: 0.7, addsToCart: 0.35, wishes: 0.1 };

/** The steps around one purchase: its shopper's way to it, the purchase, and perhaps another shopper who buys nothing. */
export function* journeys(purchase: Purchase, { customers, products }: Shop, random: Random): Generator<Step> {
  const { customer, product, at, micros } = purchase;
  const step = (event_type: string, user_id: string, product_id: string, before: number): Step => ({
    event: { event_id: random.uuid(), user_id, event_type, product_id },
    at: at - before,
    micros: random.integer(0, 999),
  });
  // Some seconds before the purchase, always in this order.
  if (random.chance(CHANCES.viewed)) yield step('view', customer.id, product.id, random.integer(60_000, 300_000));
  yield step('click', customer.id, product.id, random.integer(20_000, 60_000));
  if (random.chance(CHANCES.inCart)) yield step('add_to_cart', customer.id, product.id, random.integer(1_000, 20_000));
  const { event } = step('purchase', customer.id, product.id, 0);
  const bought = { order_id: purchase.orderId, amount: purchase.cents / 100, currency: customer.country.currency };
  yield { event: { ...event, ...bought }, at, micros };

  if (!random.chance(CHANCES.looksAround)) return;
  const [visitor, seen] = [random.favour(customers).id, random.favour(products).id];
  yield step('view', visitor, seen, random.integer(60_000, 300_000));
  if (!random.chance(CHANCES.clicks)) return;
  yield step('click', visitor, seen, random.integer(20_000, 60_000));
  if (random.chance(CHANCES.addsToCart)) yield step('add_to_cart', visitor, seen, random.integer(0, 20_000));
  // A type that the pipelines do not know: kept, and not counted.
  else if (random.chance(CHANCES.wishes)) yield step('wish', visitor, seen, random.integer(0, 20_000));
}

/** The event of a step, at the time that the shopper's clock says. */
export function shopperEvent({ event, micros }: Step, at: number): ShopperEvent {
  const { event_id, user_id, event_type, product_id, ...bought } = event;
  return { event_id, user_id, event_type, product_id, occurred_at: isoMicros(at, micros), ...bought };
}

export const malformedShopperEvents: readonly MalformedKind<ShopperEvent>[] = malformedKindsOf(userEvent, {
  text: 'event_type',
  line: ['event_id', 'event_type', 'product_id'],
});
