/** Whether the rows of each delivery have the fingerprint that was stored with them. */
import { type Check, check, locate, type PartitionRange } from '../proof.ts';

export interface Written extends PartitionRange {
  /** The sum of the rows' fingerprints is the one that was stored when they were written. */
  readonly isUnchanged: boolean;
}

export function unchangedCheck(name: string, deliveries: readonly Written[]): Check {
  const changed = deliveries.filter(({ isUnchanged }) => !isUnchanged);
  return check(
    name,
    deliveries.length,
    deliveries.length - changed.length,
    changed.map((delivery) => `${locate(delivery)}: rows and fingerprint differ`),
  );
}
