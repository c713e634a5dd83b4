/** The faults between a shop and Kafka that topics have in common. */
import { createCalendar } from './calendar.ts';
import type { SimulatedMessage } from './messages.ts';
import type { Random } from './random.ts';

/** Shares of the orders, or of a topic's movements of stock or shoppers' steps: 0.01 is one in a hundred. */
export interface Shares {
  /** Events sent a second time, at once or much later. */
  readonly duplicates: number;
  /** Malformed records beside the events. */
  readonly malformed: number;
  /** Orders, payments and clicks sent long after they were made; movements sent out of order. */
  readonly late: number;
  /** Events sent a second time with another amount or quantity; never shoppers' steps. */
  readonly conflicts: number;
  /** Events that look odd and are valid (unusual.ts). */
  readonly unusual: number;
  /** Orders in version 2 of the event, with product_id and quantity. */
  readonly versionTwo: number;
  /** Movements of products that the shop doesn't have, beside the others. */
  readonly unknownProducts: number;
  /** Payments made up to 5 minutes after they are sent, by the provider's clock: clock skew. */
  readonly ahead: number;
  /** Restocks that come too late, so that more is sold than there is. */
  readonly oversold: number;
}

/** Messages on their way: they arrive some time after the event. */
export function createDetour() {
  const calendar = createCalendar<SimulatedMessage>();
  let timestamp = 0;
  const sentNow = (messages: readonly SimulatedMessage[]) => messages.map((message) => ({ ...message, timestamp }));
  return {
    put: calendar.put,
    /** Begins the turn at this time. @returns the messages that arrive in it */
    arriving: (at: number) => {
      timestamp = at;
      const due = calendar.next();
      return due.length === 0 ? due : sentNow(due);
    },
    rest: () => sentNow(calendar.rest()),
  };
}

/** In turns: half of the repeats follow at once, as from a retry; some come batches later, as from a restarted producer. */
const distances = [
  { furthest: 1, weight: 5 },
  { furthest: 100, weight: 3 },
  { furthest: 20_000, weight: 2 },
];

export function distance(random: Random): number {
  return random.integer(1, random.weighted(distances).furthest);
}

/** The delay of a late event: from five minutes to a week, in milliseconds. */
export function delay(random: Random): number {
  const minutes = random.pick([random.integer(5, 60), random.integer(60, 1_440), random.integer(1_440, 10_080)]);
  return minutes * 60_000;
}
