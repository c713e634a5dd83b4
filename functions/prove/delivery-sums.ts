/** Deliveries in sum, so that what is closed needn't be read again. Pure. */
import type { CommittedDelivery } from './ledger-totals.ts';
import type { DeliverySums } from './scope.ts';

const counts = [
  'deliveries',
  'records',
  'accepted',
  'duplicates',
  'deadLetters',
  'inserted',
  'repeats',
  'conflicts',
] as const satisfies readonly (keyof DeliverySums)[];

/** All that is summed up. */
export const SUMS = [...counts, 'fingerprint'] as const satisfies readonly (keyof DeliverySums)[];

export function sumOf(deliveries: readonly CommittedDelivery[]): DeliverySums {
  const sums = Object.fromEntries(counts.map((name) => [name, 0])) as Record<(typeof counts)[number], number>;
  let fingerprint = 0n;
  for (const { load, ...delivery } of deliveries) {
    sums.deliveries += 1;
    sums.records += delivery.records;
    sums.accepted += delivery.accepted;
    sums.duplicates += delivery.duplicates;
    sums.deadLetters += delivery.deadLetters;
    sums.inserted += load?.inserted ?? 0;
    sums.repeats += load?.duplicates ?? 0;
    sums.conflicts += load?.conflicts ?? 0;
    fingerprint += BigInt(delivery.fingerprint);
  }
  return { ...sums, fingerprint: String(fingerprint) };
}

export const plus = (a: DeliverySums, b: DeliverySums): DeliverySums => ({
  ...(Object.fromEntries(counts.map((name) => [name, a[name] + b[name]])) as Record<(typeof counts)[number], number>),
  fingerprint: String(BigInt(a.fingerprint) + BigInt(b.fingerprint)),
});

/** "records is 100 in the note, 99 in the ledger" for each that differs. */
export function sumsOff(note: DeliverySums, ledger: DeliverySums): string[] {
  return SUMS.flatMap((name) =>
    note[name] === ledger[name] ? [] : [`${name} is ${note[name]} in the note, ${ledger[name]} in the ledger`],
  );
}
