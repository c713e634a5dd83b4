/** The status that is updated in place: what the proofs say, what waits, and how far the streams have come. */

import { type Progress, total } from '#operations/progress.ts';
import type { StandingVerdict } from '#operations/proofs.ts';
import { formatCount } from '../numbers.ts';

/** In the order of their importance, since a narrow terminal shows them in that order. */
const counts = {
  lag: {
    of: (progress) => total(progress, 'lag'),
    means: 'records of all topics that are consumed that wait in Kafka',
  },
  produced: {
    of: (progress) => total(progress, 'produced'),
    means: 'records of all topics that are consumed that are in Kafka, with those of other producers',
  },
  archived: { of: ({ archived }) => archived, means: 'orders in the lake' },
  loaded: {
    of: ({ loaded }) => loaded,
    means: 'orders in the warehouse; follows archived, less repeats',
  },
  moved: { of: ({ moved }) => moved, means: 'sales and restocks that changed the stock' },
  paid: { of: ({ paid }) => paid, means: 'payments that were stored' },
  events: { of: ({ events }) => events, means: 'user events in the lake' },
  rejected: {
    of: (progress) => total(progress, 'rejected'),
    means: 'records of all topics that are consumed that are in the dead letters',
  },
} as const satisfies Record<string, { of(progress: Progress): number; means: string }>;

/** As long as nobody has proved anything. */
export const UNPROVED = '…';

/** @param isMade whether the latest proof of this process could be made */
export function sayProof(standing: StandingVerdict | undefined, isMade: boolean): string {
  if (!isMade) return 'FAILED';
  if (!standing?.provedAt) return UNPROVED;
  return `${standing.balanced ? 'balanced' : 'NOT BALANCED'} at ${new Date(standing.provedAt).toTimeString().slice(0, 8)}`;
}

export function liveFacts(progress: Progress, proof: string): string[] {
  return [`proof ${proof}`, ...Object.entries(counts).map(([name, { of }]) => `${name} ${formatCount(of(progress))}`)];
}

/** What each fact means, by its name. */
export const legend: Readonly<Record<string, string>> = {
  proof:
    'whether the proofs balance, and when the latest began: 15 s after anything changed, or 5 minutes after the last. What one finds off ' +
    'stands until one that looks as far balances (npx tillstream status says which); … until the first, FAILED if it could not be made',
  ...Object.fromEntries(Object.entries(counts).map(([name, { means }]) => [name, means])),
};
