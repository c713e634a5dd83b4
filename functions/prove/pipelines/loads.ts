/** What the loads of a stream's objects found: the lake accepts repeated and contradicting records. Pure. */
import type { CommittedDelivery, LoadCounts } from '../ledger-totals.ts';
import { type Check, check, type StreamTotals } from '../proof.ts';
import type { DeliverySums } from '../scope.ts';
import { sum } from '../sum.ts';

export type Loaded = CommittedDelivery & { readonly load: LoadCounts };

export const isLoaded = (delivery: CommittedDelivery): delivery is Loaded => delivery.load !== null;

export const conflictsCheck = (topic: string, loaded: readonly Loaded[]): Check =>
  check(
    `${topic}: conflicts stand in the dead letters`,
    sum(loaded, ({ load }) => load.conflicts),
    sum(loaded, ({ load }) => load.conflictLetters),
  );

export function withLoads(totals: StreamTotals, { inserted, repeats, conflicts }: DeliverySums): StreamTotals {
  return {
    ...totals,
    accepted: totals.accepted - repeats - conflicts,
    duplicates: totals.duplicates + repeats,
    rejected: totals.rejected + conflicts,
    loaded: inserted,
  };
}
