/** The result of a correct pipeline, as the proof says it and as the stores hold it. */
import { streams } from '#domain/streams.ts';
import type { Proof } from '#functions/prove/proof.ts';
import type { Expectation, Totals } from '#simulator/expectation.ts';
import type { Holdings } from './holdings.ts';

/** What the proof must say of every topic. */
export function expectedTotals(byTopic: Totals): Proof['streams'] {
  return Object.fromEntries(
    Object.entries(byTopic).map(([topic, { records, accepted, duplicates, rejected, reasons }]) => {
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
export function expectedHoldings(expectation: Expectation): Holdings {
  const totals = expectation.totals();
  const { accepted, cents } = totals.orders;
  const hours = [...expectation.hours()].map(
    ([hour, { transactions, cents }]) => [hour, { transactions, cents }] as const,
  );
  const reasons = Object.entries(totals).map(([topic, { reasons }]) => [topic, reasons] as const);
  return {
    orders: accepted,
    cents,
    reasons: Object.fromEntries(reasons.filter(([, some]) => Object.keys(some).length > 0)),
    stock: expectation.stock(),
    paid: { transactions: totals.transactions.accepted, cents: totals.transactions.cents },
    paidByHour: new Map(hours),
  };
}
