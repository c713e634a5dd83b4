/** What the headline may say: a verdict is worth something only as long as it is young. */
import type { ProofNote } from '#operations/proofs.ts';
import type { Pulse } from '#operations/pulse.ts';
import { momentsOf, type PastProofs } from './past-proofs.ts';

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
  | { readonly is: 'balanced'; readonly proof: ProofNote; readonly age: number; readonly isOld: boolean }
  /** The proof is the latest whose fault stands. It isn't the last one if that looks less far: then `last` says when that began. */
  | {
      readonly is: 'off';
      readonly proof: ProofNote;
      readonly age: number;
      readonly isOld: boolean;
      readonly last: string | null;
    };

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

/** @param past null while not asked */
export function verdictOf(past: PastProofs | null, { now, allAnswer, isLive }: Circumstances): Verdict {
  const { proof, standing = [] } = (past && momentsOf(past).at(-1)) ?? {};
  if (!proof) return { is: 'none' };
  const ageOf = ({ provedAt, seconds }: ProofNote) => Math.max(0, (now - Date.parse(provedAt)) / 1000 - seconds);
  const age = ageOf(proof);
  const isOld = age > OLD_AFTER || !isLive;
  // What is off stays so until a proof that looks as far says otherwise.
  const off = standing.at(-1);
  if (off) return { is: 'off', proof: off, age: ageOf(off), isOld, last: off.id === proof.id ? null : proof.provedAt };
  if (age > NONE_AFTER) return { is: 'expired', proof, age };
  if (!allAnswer) return { is: 'suspended', proof, age };
  return { is: 'balanced', proof, age, isOld };
}

/** How far a proof looked. */
export const depthOf = ({ depth, all }: Pick<ProofNote, 'depth' | 'all'>): string =>
  all ? `${depth}, everything` : depth;

/** The first check that is off, as a person says it. */
export function firstOff({ off }: ProofNote): { readonly what: string; readonly where: string } | null {
  const [first] = off;
  if (!first) return null;
  const { name, expected, actual, where } = first;
  return { what: `${name}: expected ${expected}, got ${actual}`, where: where[0] ?? '' };
}
