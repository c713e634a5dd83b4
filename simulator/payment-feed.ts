/** Payments as messages of topic `transactions`: late, ahead of time, repeated, malformed, or conflicting. */
import { createDetour, distance, type Shares } from './faults.ts';
import { malform } from './malformed.ts';
import type { Feed, SimulatedMessage } from './messages.ts';
import { malformedPayments, type PaymentEvent, paymentOf } from './payments.ts';
import type { Purchase } from './purchases.ts';
import type { Random } from './random.ts';
import { unusual, unusualPayments } from './unusual.ts';

const topic = 'transactions';
const MINUTE = 60_000;
/** The standard of late.after_seconds in the configuration; expectations say what is late by it. */
const LATE_AFTER_MS = 2 * MINUTE;

/**
 * One valid message for each purchase, and those that the shares add. A repeat or conflict always follows its payment under
 * the same key, so both are in one partition, in that order.
 */
export function createPaymentFeed(random: Random, shares: Shares): Feed {
  const detour = createDetour();
  return {
    *messages(purchase) {
      yield* detour.arriving(purchase.at);
      const made = purchase.at + clockError(random, shares);
      const event = paymentOf(purchase, made, random);
      const message = paymentMessage(event, made, purchase, random.chance(shares.unusual) ? random : undefined);
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

/** Milliseconds between sending a payment and the time it claims: none, minutes to hours earlier, or up to 5 minutes ahead. */
function clockError(random: Random, { late, ahead }: Shares): number {
  const milliseconds = (fromMinutes: number, toMinutes: number) =>
    random.integer(fromMinutes * MINUTE, toMinutes * MINUTE);
  if (random.chance(late)) return -random.pick([milliseconds(3, 15), milliseconds(15, 60), milliseconds(60, 24 * 60)]);
  return random.chance(ahead) ? random.integer(1_000, 5 * MINUTE) : 0;
}

/** @param random given if the message shall be an unusual one */
function paymentMessage(
  event: PaymentEvent,
  madeAt: number,
  { cents, at }: Purchase,
  random: Random | undefined,
): SimulatedMessage {
  const { json, ...odd } = random ? unusual(unusualPayments, event, random) : { json: JSON.stringify(event) };
  const surelyLate = at - madeAt > LATE_AFTER_MS;
  return {
    topic,
    key: event.user_id,
    value: Buffer.from(json),
    headers: [],
    timestamp: at,
    meant: { outcome: 'accepted', cents, madeAt, surelyLate },
    ...odd,
  };
}

function malformedMessage(event: PaymentEvent, timestamp: number, random: Random): SimulatedMessage {
  // It occurs nowhere else, so that a corrected record is a new payment.
  const { kind, reason, value } = malform(malformedPayments, { ...event, transaction_id: random.uuid() }, random);
  const meant = { outcome: 'rejected', reason, kind } as const;
  return { topic, key: event.user_id, value, headers: [], timestamp, meant };
}

function conflictMessage(event: PaymentEvent, timestamp: number, random: Random): SimulatedMessage {
  const amount = (Math.round(event.amount * 100) + random.integer(1, 1000)) / 100;
  const meant = { outcome: 'rejected', reason: 'conflict', kind: 'other amount' } as const;
  const value = Buffer.from(JSON.stringify({ ...event, amount }));
  return { topic, key: event.user_id, value, headers: [], timestamp, meant };
}
