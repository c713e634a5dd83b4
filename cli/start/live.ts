/** The status that is updated in place: the verdict of the latest proof, what waits, and how far the streams have come. */

import { type Progress, total } from '#operations/progress.ts';
import { formatCount } from '../numbers.ts';

/** In the order of their importance, since a narrow terminal shows them in that order. */
const counts = {
  lag: {
    of: (progress) => total(progress, 'lag'),
    means: 'records of all six topics that wait in Kafka',
  },
  produced: {
    of: (progress) => total(progress, 'produced'),
    means: 'records of all six topics that are in Kafka, with those of other producers',
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
    means: 'records of all six topics that are in the dead letters',
  },
} as const satisfies Record<string, { of(progress: Progress): number; means: string }>;

export type Verdict = '…' | 'balanced' | 'NOT BALANCED' | 'FAILED';

/** @param provedAt when, in milliseconds since 1970 */
export function liveFacts(progress: Progress, proof: Verdict, provedAt?: number): string[] {
  const at = provedAt === undefined ? '' : ` at ${new Date(provedAt).toTimeString().slice(0, 8)}`;
  return [
    `proof ${proof}${at}`,
    ...Object.entries(counts).map(([name, { of }]) => `${name} ${formatCount(of(progress))}`),
  ];
}

/** What each fact means, by its name. */
export const legend: Readonly<Record<string, string>> = {
  proof:
    'whether the latest proof balanced, and when it was made: 15 s after anything changed, or 5 minutes after the last; … until the ' +
    'first, FAILED if it could not be made',
  ...Object.fromEntries(Object.entries(counts).map(([name, { means }]) => [name, means])),
};
