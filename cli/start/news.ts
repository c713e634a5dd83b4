import type { Proof } from '#functions/prove/proof.ts';

/** Whether the proof finds something off that the one before did not. */
export function isNews(proof: Proof, before: Proof | undefined): boolean {
  const known = new Set(before && offIn(before));
  return offIn(proof).some((name) => !known.has(name));
}

const offIn = ({ checks }: Proof): string[] => checks.filter(({ balanced }) => !balanced).map(({ name }) => name);
