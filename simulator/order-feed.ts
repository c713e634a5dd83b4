/** Purchases as messages of topic `orders`, with repeats, malformed and late records, and conflicting versions of an order. */
import { createDetour, delay, distance, type Shares } from './faults.ts';
import { malform, malformedKinds } from './malformed.ts';
import type { Feed, SimulatedMessage } from './messages.ts';
import { type OrderEvent, orderOf } from './orders.ts';
import type { Purchase } from './purchases.ts';
import type { Random } from './random.ts';
import { unusual, unusualKinds } from './unusual.ts';

const topic = 'orders';

/**
 * One valid message for each purchase, and those that the shares add. A repeat or conflict always follows its order under
 * the same key, so both are in one partition, in that order.
 */
export function createOrderFeed(random: Random, shares: Shares): Feed {
  const detour = createDetour();
  return {
    *messages(purchase) {
      yield* detour.arriving(purchase.at);
      const version = random.chance(shares.versionTwo) ? 2 : 1;
      const event = orderOf(random.chance(shares.late) ? delayed(purchase, random) : purchase, version);
      const message = orderMessage(event, purchase, random.chance(shares.unusual) ? random : undefined);
      yield message;

      if (random.chance(shares.duplicates))
        detour.put(distance(random), { ...message, meant: { outcome: 'duplicate' } });
      if (random.chance(shares.malformed)) yield malformedMessage(event, purchase.at, random);
      // Without a key the two would land in different partitions, and either could be read first.
      if (random.chance(shares.conflicts) && message.key !== null)
        detour.put(distance(random), conflictMessage(event, purchase.at, random));
    },
    rest: () => detour.rest(),
  };
}

/** @param random given if the message shall be an unusual one */
function orderMessage(event: OrderEvent, { cents, at }: Purchase, random: Random | undefined): SimulatedMessage {
  const { json, ...odd } = random ? unusual(unusualKinds, event, random) : { json: JSON.stringify(event) };
  return {
    topic,
    key: event.user_id,
    value: Buffer.from(json),
    headers: [],
    timestamp: at,
    meant: { outcome: 'accepted', cents },
    ...odd,
  };
}

function malformedMessage(event: OrderEvent, timestamp: number, random: Random): SimulatedMessage {
  // It occurs nowhere else, so that a corrected record is a new order.
  const { kind, reason, value } = malform(malformedKinds, { ...event, order_id: random.uuid() }, random);
  const meant = { outcome: 'rejected', reason, kind } as const;
  return { topic, key: event.user_id, value, headers: [], timestamp, meant };
}

function conflictMessage(event: OrderEvent, timestamp: number, random: Random): SimulatedMessage {
  const amount = (Math.round(event.amount * 100) + random.integer(1, 1000)) / 100;
  const meant = { outcome: 'rejected', reason: 'conflict', kind: 'other amount' } as const;
  const value = Buffer.from(JSON.stringify({ ...event, amount }));
  return { topic, key: event.user_id, value, headers: [], timestamp, meant };
}

function delayed(purchase: Purchase, random: Random): Purchase {
  return { ...purchase, at: purchase.at - delay(random) };
}
