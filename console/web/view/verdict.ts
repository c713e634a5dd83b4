/** What the headline may say: a verdict is worth something only as long as it is young. */
import type { ProofNote } from '#operations/proofs.ts';
import type { Pulse } from '#operations/pulse.ts';

/** Seconds after which a verdict is old, and after which it is none any more: at rest npm start proves every five minutes. */
const OLD_AFTER = 60;
const NONE_AFTER = 6 * 60;

export type Verdict =
  /** Nobody has proved anything yet, or nothing was asked. */
  | { readonly is: 'none' }
  /** The last proof is too long ago to say anything about now. */
  | { readonly is: 'expired'; readonly proof: ProofNote; readonly age: number }
  /** A service doesn't answer: what balanced a moment ago says nothing about now. */
  | { readonly is: 'suspended'; readonly proof: ProofNote; readonly age: number }
  | { readonly is: 'balanced' | 'off'; readonly proof: ProofNote; readonly age: number; readonly isOld: boolean };

export interface Circumstances {
  /** Milliseconds since 1970, by the server's clock. */
  readonly now: number;
  /** Every service does, as the latest pulse says. */
  readonly allAnswer: boolean;
  /** The page hears from its server. */
  readonly isLive: boolean;
}

/** @param pulse null before the first: then nobody knows */
export const allAnswerIn = (pulse: Pick<Pulse, 'sources'> | null): boolean =>
  pulse !== null && Object.values(pulse.sources).every((state) => state === 'ok');

export function verdictOf(proof: ProofNote | undefined, { now, allAnswer, isLive }: Circumstances): Verdict {
  if (!proof) return { is: 'none' };
  const age = Math.max(0, (now - Date.parse(proof.provedAt)) / 1000 - proof.seconds);
  // What is off stays so until a proof says otherwise.
  const isOld = age > OLD_AFTER || !isLive;
  if (!proof.balanced) return { is: 'off', proof, age, isOld };
  if (age > NONE_AFTER) return { is: 'expired', proof, age };
  if (!allAnswer) return { is: 'suspended', proof, age };
  return { is: 'balanced', proof, age, isOld };
}

/** The first check that is off, as a person says it. */
export function firstOff({ off }: ProofNote): { readonly what: string; readonly where: string } | null {
  const [first] = off;
  if (!first) return null;
  const { name, expected, actual, where } = first;
  return { what: `${name}: expected ${expected}, got ${actual}`, where: where[0] ?? '' };
}
