/** What a correct pipeline owes, in the terms of the proof and of the stores. */
import { streams } from '#domain/streams.ts';
import type { Proof } from '#functions/prove/proof.ts';
import type { Expectation, Totals } from '#simulator/expectation.ts';
import type { Holdings } from './holdings.ts';

/** What the proof must say of every topic. */
export function totalsOwed(owed: Totals): Proof['streams'] {
  return Object.fromEntries(
    Object.entries(owed).map(([topic, { records, accepted, duplicates, rejected, reasons }]) => {
      const totals = { consumed: records, accepted, duplicates, rejected, lag: 0 };
      const archived = accepted + duplicates + (reasons.conflict ?? 0);
      if (topic === streams.orders.topic) return [topic, { ...totals, archived, loaded: accepted }];
      // Bronze keeps repeats.
      if (topic === streams.userEvents.topic)
        return [topic, { ...totals, accepted: archived, duplicates: 0, archived }];
      return [topic, totals];
    }),
  );
}

/** What the stores must hold. */
export function holdingsOwed(owed: Expectation): Holdings {
  const totals = owed.totals();
  const { accepted, cents } = totals.orders;
  const hours = [...owed.hours()].map(([hour, { transactions, cents }]) => [hour, { transactions, cents }] as const);
  const reasons = Object.entries(totals).map(([topic, { reasons }]) => [topic, reasons] as const);
  return {
    orders: accepted,
    cents,
    reasons: Object.fromEntries(reasons.filter(([, some]) => Object.keys(some).length > 0)),
    stock: owed.stock(),
    paid: { transactions: totals.transactions.accepted, cents: totals.transactions.cents },
    paidByHour: new Map(hours),
  };
}
