/** What goes wrong between a shop and Kafka: repeats, malformed records, late ones, and two truths about one order. */
import { malform } from './malformed.ts';
import type { SimulatedMessage } from './messages.ts';
import { type OrderEvent, orderEvent } from './orders.ts';
import type { Purchase } from './purchases.ts';
import type { Random } from './random.ts';
import { unusual } from './unusual.ts';

/** Each is a share of the orders: 0.01 is one in a hundred. */
export interface Shares {
  /** Orders that are sent once more, at once or much later. */
  readonly duplicates: number;
  /** Malformed records beside the orders. */
  readonly malformed: number;
  /** Orders made hours or days before they are sent. */
  readonly late: number;
  /** Orders sent once more with another amount. */
  readonly conflicts: number;
  /** Orders that look odd and are right (unusual.ts). */
  readonly unusual: number;
  /** Orders in version 2 of the event, with product_id and quantity. */
  readonly versionTwo: number;
}

const TOPIC = 'orders';

/**
 * Turns purchases into messages: one that is meant to be accepted for each, and those that the shares add.
 * A repeat or conflict always follows its order under the same key, so both stand in one partition in that sequence.
 */
export function* withFaults(
  purchases: Iterable<Purchase>,
  random: Random,
  shares: Shares,
): Generator<SimulatedMessage> {
  const postponed = new Map<number, SimulatedMessage[]>();
  const postpone = (turn: number, message: SimulatedMessage) => {
    postponed.set(turn, [...(postponed.get(turn) ?? []), message]);
  };
  let turn = 0;
  let timestamp = 0;
  for (const purchase of purchases) {
    timestamp = purchase.at;
    for (const message of postponed.get(turn) ?? []) yield { ...message, timestamp };
    postponed.delete(turn);

    const version = random.chance(shares.versionTwo) ? 2 : 1;
    const event = orderEvent(random.chance(shares.late) ? delayed(purchase, random) : purchase, version);
    const message = orderMessage(event, purchase, random.chance(shares.unusual) ? random : undefined);
    yield message;

    if (random.chance(shares.duplicates))
      postpone(turn + distance(random), { ...message, meant: { outcome: 'duplicate' } });
    if (random.chance(shares.malformed)) yield malformedMessage(event, timestamp, random);
    // Without a key the two would stand in different partitions, and which one comes first would be left to chance.
    if (random.chance(shares.conflicts) && message.key !== null)
      postpone(turn + distance(random), conflictMessage(event, timestamp, random));
    turn++;
  }
  for (const [, messages] of [...postponed].sort(([one], [other]) => one - other))
    for (const message of messages) yield { ...message, timestamp };
}

/** @param random given if the message is to be an unusual one */
function orderMessage(event: OrderEvent, { cents, at }: Purchase, random: Random | undefined): SimulatedMessage {
  const { json, ...odd } = random ? unusual(event, random) : { json: JSON.stringify(event) };
  return {
    topic: TOPIC,
    key: event.user_id,
    value: Buffer.from(json),
    headers: [],
    timestamp: at,
    meant: { outcome: 'accepted', cents },
    ...odd,
  };
}

function malformedMessage(event: OrderEvent, timestamp: number, random: Random): SimulatedMessage {
  const { kind, reason, value } = malform({ ...event, order_id: random.uuid() }, random);
  const meant = { outcome: 'rejected', reason, kind } as const;
  return { topic: TOPIC, key: event.user_id, value, headers: [], timestamp, meant };
}

function conflictMessage(event: OrderEvent, timestamp: number, random: Random): SimulatedMessage {
  const amount = (Math.round(event.amount * 100) + random.integer(1, 1000)) / 100;
  const meant = { outcome: 'rejected', reason: 'conflict', kind: 'other amount' } as const;
  const value = Buffer.from(JSON.stringify({ ...event, amount }));
  return { topic: TOPIC, key: event.user_id, value, headers: [], timestamp, meant };
}

/** From five minutes to a week before it is sent. */
function delayed(purchase: Purchase, random: Random): Purchase {
  const minutes = random.pick([random.integer(5, 60), random.integer(60, 1_440), random.integer(1_440, 10_080)]);
  return { ...purchase, at: purchase.at - minutes * 60_000 };
}

/** In orders: half of the repeats follow at once (a retry), some come batches later (a restarted producer). */
const distances = [
  { furthest: 1, weight: 5 },
  { furthest: 100, weight: 3 },
  { furthest: 20_000, weight: 2 },
];

function distance(random: Random): number {
  return random.integer(1, random.weighted(distances).furthest);
}
