/** The results of a correct pipeline, computed from what the simulator sent, as the proof and the stores show them. */
import { streams } from '#domain/streams.ts';
import type { Proof } from '#functions/prove/proof.ts';
import type { Expectation, Totals } from '#simulator/expectation.ts';
import type { StoreContents } from './store-contents.ts';

/** The totals that the proof must report for each topic. */
export function expectedTotals(simulated: Totals): Proof['streams'] {
  // The simulator sends neither products nor customers.
  const unsent = { consumed: 0, accepted: 0, duplicates: 0, rejected: 0, lag: 0 };
  const silent = Object.fromEntries(Object.values(streams).map(({ topic }) => [topic, unsent]));
  const sent = Object.fromEntries(
    Object.entries(simulated).map(([topic, { records, accepted, duplicates, rejected, reasons }]) => {
      const totals = { consumed: records, accepted, duplicates, rejected, lag: 0 };
      const archived = accepted + duplicates + (reasons.conflict ?? 0);
      if (topic === streams.orders.topic) return [topic, { ...totals, archived, loaded: accepted }];
      // Bronze keeps repeats.
      if (topic === streams.userEvents.topic)
        return [topic, { ...totals, accepted: archived, duplicates: 0, archived }];
      return [topic, totals];
    }),
  );
  return { ...silent, ...sent };
}

/** The rows and stock that the stores must contain. */
export function expectedStoreContents(expectation: Expectation): StoreContents {
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
