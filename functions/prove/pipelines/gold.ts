/** What gold must hold, computed again from the bronze objects. Pure; curation.ts reads the objects. */
import { createHash } from 'node:crypto';
import { formatCents, parseCents } from '#domain/money.ts';

/** The fields of a bronze line that gold depends on (functions/archive-user-events). */
export interface BronzeEvent {
  readonly event_id: string;
  readonly user_id: string;
  readonly event_type: string;
  readonly product_id: string;
  /** ISO 8601 with microseconds. */
  readonly occurred_at: string;
  readonly order_id: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly kafka_partition: number;
  readonly kafka_offset: number;
}

export interface Gold {
  /** `2025-12-11 p-0001` → "12 clicks of 9 visitors" */
  readonly clicks: Map<string, string>;
  /** `2025-12-11 EUR` → "3 orders, 1 credits, 12.50" */
  readonly orders: Map<string, string>;
  /** `2025-12-11` → "3 purchases, <fingerprint>" */
  readonly purchases: Map<string, string>;
  /** Different orders of the purchases. Not derived from the rule of which purchase counts, so it checks that rule. */
  readonly orderIds: ReadonlySet<string>;
}

interface Purchase {
  readonly occurredAt: string;
  readonly currency: string;
  readonly cents: number;
  readonly place: string;
}

/**
 * Lines must come in the order of partitions and offsets. A click counts the first time that its event names a day, as in
 * spark/jobs/aggregate_user_events/counted_events.sql. An order counts once, by its earliest purchase; of two at one time,
 * by the first.
 */
export function addUpBronze() {
  const seen = new Set<string>();
  const clicks = new Map<string, { clicks: number; visitors: Set<string> }>();
  const purchases = new Map<string, Purchase>();
  const orderIds = new Set<string>();
  return {
    /** @returns the day of the event */
    add(line: string): string {
      const event = eventIn(line);
      addPurchase(event);
      const day = event.occurred_at.slice(0, 10);
      const appearance = `${day} ${event.event_id}`;
      if (seen.has(appearance)) return day;
      seen.add(appearance);
      if (event.event_type === 'click') {
        const sum = getOrMake(clicks, `${day} ${event.product_id}`, () => ({ clicks: 0, visitors: new Set<string>() }));
        sum.clicks += 1;
        sum.visitors.add(event.user_id);
      }
      return day;
    },
    gold: (): Gold => ({
      clicks: mapValues(clicks, (sum) => clicksText(sum.clicks, sum.visitors.size)),
      orders: mapValues(addUpPurchases(purchases.values()), ordersText),
      purchases: mapValues(fingerprintsByDay(purchases), (sum) => purchasesText(sum.purchases, sum.fingerprint)),
      orderIds,
    }),
  };

  function addPurchase(event: BronzeEvent): void {
    const { event_type, order_id, amount, currency, occurred_at: occurredAt } = event;
    if (event_type !== 'purchase' || order_id === null || amount === null || currency === null) return;
    orderIds.add(order_id);
    const earlier = purchases.get(order_id);
    if (!earlier || occurredAt < earlier.occurredAt)
      purchases.set(order_id, {
        occurredAt,
        currency,
        cents: parseCents(amount),
        place: `${event.kafka_partition} ${event.kafka_offset}`,
      });
  }
}

/** Without the parser's own message, which quotes the line. */
function eventIn(line: string): BronzeEvent {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error('expected JSON in each line, got other text');
  }
}

function addUpPurchases(purchases: Iterable<Purchase>): Map<string, OrderTotals> {
  const totals = new Map<string, { orders: number; credits: number; cents: number }>();
  for (const { occurredAt, currency, cents } of purchases) {
    const sum = getOrMake(totals, `${occurredAt.slice(0, 10)} ${currency}`, () => ({
      orders: 0,
      credits: 0,
      cents: 0,
    }));
    if (cents < 0) sum.credits += 1;
    else sum.orders += 1;
    sum.cents += cents;
  }
  return mapValues(totals, (sum) => ({ ...sum, revenue: formatCents(sum.cents) }));
}

/** As in sql/proof/gold_purchase_days.sql; a fingerprint is ledger.fingerprint. */
function fingerprintsByDay(purchases: ReadonlyMap<string, Purchase>) {
  const days = new Map<string, { purchases: number; fingerprint: bigint }>();
  for (const [orderId, { occurredAt, currency, cents, place }] of purchases) {
    const day = occurredAt.slice(0, 10);
    const sum = getOrMake(days, day, () => ({ purchases: 0, fingerprint: 0n }));
    const text = [orderId, occurredAt, place, day, formatCents(cents), currency].join(' ');
    sum.purchases += 1;
    sum.fingerprint += createHash('sha256').update(text).digest().readBigInt64BE();
  }
  return days;
}

export const purchasesText = (purchases: number, fingerprint: bigint): string =>
  `${purchases} purchases, fingerprint ${fingerprint}`;

export const clicksText = (clicks: number, visitors: number): string => `${clicks} clicks of ${visitors} visitors`;

export interface OrderTotals {
  readonly orders: number;
  readonly credits: number;
  /** Decimal text. */
  readonly revenue: string;
}

export const ordersText = ({ orders, credits, revenue }: OrderTotals): string =>
  `${orders} orders, ${credits} credits, ${revenue}`;

/** One line for each key on which the two differ. */
export function goldDifferences(bronze: ReadonlyMap<string, string>, gold: ReadonlyMap<string, string>): string[] {
  const keys = [...new Set([...bronze.keys(), ...gold.keys()])].sort();
  return keys
    .filter((key) => bronze.get(key) !== gold.get(key))
    .map((key) => `${key}: ${bronze.get(key) ?? 'nothing'} in bronze, ${gold.get(key) ?? 'nothing'} in gold`);
}

function getOrMake<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key);
  if (found) return found;
  const made = make();
  map.set(key, made);
  return made;
}

const mapValues = <From, To>(map: ReadonlyMap<string, From>, to: (value: From) => To): Map<string, To> =>
  new Map([...map].map(([key, value]) => [key, to(value)]));
