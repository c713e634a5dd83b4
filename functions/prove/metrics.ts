/** The proof in numbers that alarms watch. Pure. */
import { UNACKNOWLEDGED } from './loss-checks.ts';
import { IN_TIME } from './passing.ts';
import type { Proof } from './proof.ts';
import { sum } from './sum.ts';

export function metricsOf({ balanced, all, checks, streams }: Proof): Readonly<Record<string, number>> {
  const losses = checks.filter(({ name }) => name.endsWith(UNACKNOWLEDGED));
  const inTime = checks.filter(({ name }) => name.endsWith(IN_TIME));
  return {
    ProofUnbalanced: balanced ? 0 : 1,
    // Its own, since the next hourly proof doesn't look where this one has found something.
    ...(all && { EverythingUnbalanced: balanced ? 0 : 1 }),
    ChecksUnbalanced: checks.filter((check) => !check.balanced).length,
    RecordsLost: sum(losses, ({ actual }) => Number(actual)),
    Overdue: sum(inTime, ({ actual }) => Number(actual)),
    Lag: sum(Object.values(streams), ({ lag }) => lag),
  };
}
