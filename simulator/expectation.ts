/** The oracle of the tests: the result of a correct pipeline, summed from what each message must become. */
import type { Reason } from '#domain/dead-letters.ts';
import { type AcceptedPayment, type AcceptedStep, type SimulatedMessage, type Topic, topics } from './messages.ts';
import { openShop } from './shop.ts';

/** Totals of one topic. `records` = `accepted` + `duplicates` + `rejected`. */
export interface TopicTotals {
  readonly records: number;
  /** Events that must take effect, each exactly once: rows in the warehouse, movements of stock. */
  readonly accepted: number;
  readonly duplicates: number;
  /** Dead letters of every reason, conflicts included. */
  readonly rejected: number;
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  /** Sum of the accepted amounts over all currencies; 0 on topics without money. */
  readonly cents: number;
}

/** Totals of the payments made in one hour. */
export interface HourTotals {
  readonly transactions: number;
  readonly cents: number;
  /** Payments already late when sent. More may be late in the end, since the database sets the processing time. */
  readonly surelyLate: number;
}

/** Totals of the purchases in shoppers' events, in one currency. */
export interface Revenue {
  readonly orders: number;
  readonly cents: number;
}

export type Totals = Readonly<Record<Topic, TopicTotals>>;

export interface Expectation {
  add(messages: Iterable<SimulatedMessage>): void;
  totals(): Totals;
  /** Pieces on hand by product: the opening stock plus every accepted movement. */
  stock(): ReadonlyMap<string, number>;
  /** Accepted payments by the hour of their event time, ISO 8601 in UTC. */
  hours(): ReadonlyMap<string, HourTotals>;
  /** Accepted clicks by day and product, such as `2025-12-11 p-0001`; the day in UTC on which they occurred. */
  clicks(): ReadonlyMap<string, number>;
  /** Accepted purchases on topic `user_events` by currency. */
  revenue(): ReadonlyMap<string, Revenue>;
}

const HOUR_MS = 3_600_000;

/** Add messages only after Kafka has acknowledged them: a pipeline owes nothing for the others. */
export function createExpectation(): Expectation {
  const sums = byTopic(() => ({ records: 0, accepted: 0, duplicates: 0, rejected: 0, cents: 0 }));
  const reasons = byTopic((): Partial<Record<Reason, number>> => ({}));
  const hours = new Map<string, HourTotals>();
  const clicks = new Map<string, number>();
  const revenue = new Map<string, Revenue>();
  const stock = new Map(openShop().products.map(({ id, opening }) => [id, opening]));
  return {
    add: (messages) => {
      for (const { topic, meant } of messages) {
        const sum = sums[topic];
        sum.records++;
        if (meant.outcome === 'duplicate') sum.duplicates++;
        else if (meant.outcome === 'rejected') {
          sum.rejected++;
          reasons[topic][meant.reason] = (reasons[topic][meant.reason] ?? 0) + 1;
        } else {
          sum.accepted++;
          if ('cents' in meant) sum.cents += meant.cents;
          else stock.set(meant.productId, (stock.get(meant.productId) ?? 0) + meant.change);
          if ('madeAt' in meant) addTo(hours, meant);
          if ('occurredAt' in meant) addStep(clicks, revenue, meant);
        }
      }
    },
    totals: () => byTopic((topic) => ({ ...sums[topic], reasons: { ...reasons[topic] } })),
    stock: () => new Map(stock),
    hours: () => new Map(hours),
    clicks: () => new Map(clicks),
    revenue: () => new Map(revenue),
  };
}

function addTo(hours: Map<string, HourTotals>, { madeAt, cents, surelyLate }: AcceptedPayment): void {
  const hour = new Date(Math.floor(madeAt / HOUR_MS) * HOUR_MS).toISOString();
  const before = hours.get(hour) ?? { transactions: 0, cents: 0, surelyLate: 0 };
  hours.set(hour, {
    transactions: before.transactions + 1,
    cents: before.cents + cents,
    surelyLate: before.surelyLate + Number(surelyLate),
  });
}

function addStep(clicks: Map<string, number>, revenue: Map<string, Revenue>, step: AcceptedStep): void {
  const { type, occurredAt, productId, currency, cents } = step;
  if (type === 'click') {
    const key = `${new Date(occurredAt).toISOString().slice(0, 10)} ${productId}`;
    clicks.set(key, (clicks.get(key) ?? 0) + 1);
  }
  if (type === 'purchase' && currency !== undefined) {
    const before = revenue.get(currency) ?? { orders: 0, cents: 0 };
    revenue.set(currency, { orders: before.orders + 1, cents: before.cents + cents });
  }
}

/** Records on all topics. */
export function recordsOf(totals: Totals): number {
  return Object.values(totals).reduce((sum, { records }) => sum + records, 0);
}

function byTopic<T>(make: (topic: Topic) => T): Record<Topic, T> {
  return Object.fromEntries(topics.map((topic) => [topic, make(topic)])) as Record<Topic, T>;
}
