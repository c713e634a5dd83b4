/** Shoppers' steps as messages of topic `user_events`: late, repeated, or malformed. */
import { createDetour, delay, distance, type Shares } from './faults.ts';
import { journeys, malformedShopperEvents, type ShopperEvent, type Step, shopperEvent } from './journeys.ts';
import { malform } from './malformed.ts';
import type { Feed, SimulatedMessage } from './messages.ts';
import { createRandom, type Random } from './random.ts';
import type { Shop } from './shop.ts';
import { unusual, unusualPurchases, unusualShopperEvents } from './unusual.ts';

const topic = 'user_events';

/**
 * The messages of each step, which pipelines must accept, and those that the shares add. No event comes in two versions:
 * shoppers' devices never contradict themselves.
 */
export function createEventFeed(seed: number, shop: Shop, shares: Shares): Feed {
  const shoppers = createRandom(`shoppers:${seed}`);
  const random = createRandom(`faults of ${topic}:${seed}`);
  const detour = createDetour();
  return {
    *messages(purchase) {
      yield* detour.arriving(purchase.at);
      for (const step of journeys(purchase, shop, shoppers)) {
        const occurredAt = step.at - (random.chance(shares.late) ? lateness(step, random) : 0);
        const event = shopperEvent(step, occurredAt);
        const message = eventMessage(
          event,
          occurredAt,
          purchase.at,
          random.chance(shares.unusual) ? random : undefined,
        );
        yield message;

        if (random.chance(shares.duplicates))
          detour.put(distance(random), { ...message, meant: { outcome: 'duplicate' } });
        if (random.chance(shares.malformed)) yield malformedMessage(event, purchase.at, random);
      }
    },
    rest: () => detour.rest(),
  };
}

/** Milliseconds. A phone that was offline sends views and clicks when it is back; a purchase needs a connection. */
function lateness({ event }: Step, random: Random): number {
  return event.event_type === 'purchase' ? 0 : delay(random);
}

/** @param random given if the message is to be an unusual one */
function eventMessage(
  event: ShopperEvent,
  occurredAt: number,
  timestamp: number,
  random: Random | undefined,
): SimulatedMessage {
  const { json, ...odd } = random ? oddEvent(event, random) : { json: JSON.stringify(event) };
  const { event_type: type, product_id: productId, currency, amount = 0 } = event;
  const cents = Math.round(amount * 100);
  return {
    topic,
    key: event.user_id,
    value: Buffer.from(json),
    headers: [],
    timestamp,
    meant: { outcome: 'accepted', cents, type, productId, currency, occurredAt },
    ...odd,
  };
}

function oddEvent(event: ShopperEvent, random: Random) {
  const { amount } = event;
  if (amount === undefined) return unusual(unusualShopperEvents, event, random);
  return unusual(unusualPurchases, { ...event, amount }, random);
}

function malformedMessage(event: ShopperEvent, timestamp: number, random: Random): SimulatedMessage {
  // It occurs nowhere else, so that a corrected record is a new event.
  const { kind, reason, value } = malform(malformedShopperEvents, { ...event, event_id: random.uuid() }, random);
  const meant = { outcome: 'rejected', reason, kind } as const;
  return { topic, key: event.user_id, value, headers: [], timestamp, meant };
}
