/** What a correct pipeline ends with, summed up from what each message was meant to become: the oracle of the tests. */
import type { Reason } from '#domain/dead-letters.ts';
import type { SimulatedMessage } from './messages.ts';

/** `records` = `accepted` + `duplicates` + `rejected`. */
export interface Totals {
  readonly records: number;
  /** Orders that must stand in the warehouse, each once. */
  readonly accepted: number;
  readonly duplicates: number;
  /** Dead letters of every reason, conflicts among them. */
  readonly rejected: number;
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  /** Sum of the accepted amounts, whatever their currency. */
  readonly cents: number;
}

export interface Expectation {
  add(messages: Iterable<SimulatedMessage>): void;
  totals(): Totals;
}

/** Add messages once Kafka has acknowledged them: only those are owed. */
export function createExpectation(): Expectation {
  const sums = { records: 0, accepted: 0, duplicates: 0, rejected: 0, cents: 0 };
  const reasons: Partial<Record<Reason, number>> = {};
  return {
    add: (messages) => {
      for (const { meant } of messages) {
        sums.records++;
        if (meant.outcome === 'duplicate') sums.duplicates++;
        else if (meant.outcome === 'accepted') {
          sums.accepted++;
          sums.cents += meant.cents;
        } else {
          sums.rejected++;
          reasons[meant.reason] = (reasons[meant.reason] ?? 0) + 1;
        }
      }
    },
    totals: () => ({ ...sums, reasons: { ...reasons } }),
  };
}
