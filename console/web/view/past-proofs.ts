/** The proofs of the last while: what stood off after each of them, and all of it in a sentence. */
import type { ProofNote } from '#operations/proofs.ts';
import { standingAfter } from '#operations/standing.ts';
import { some } from './numbers.ts';
import { duration, utcTime } from './time.ts';

export interface PastProofs {
  /** Oldest first. */
  readonly proofs: readonly ProofNote[];
  /** Whose fault stood before the oldest of them. */
  readonly proofsBefore: readonly ProofNote[];
}

/** One more, whenever it comes: those that were missed come after newer ones that were asked for. @param most are kept */
export function heard({ proofs, proofsBefore }: PastProofs, proof: ProofNote, most: number): PastProofs {
  const others = proofs.filter(({ id }) => id !== proof.id);
  const all = [...others, proof].sort((one, other) => one.id - other.id);
  return { proofs: all.slice(-most), proofsBefore: standingAfter(proofsBefore, all.slice(0, -most)) };
}

/** Whether proofs may have been made between these and the latest: while nobody looked there were more than are told at once. */
export const isGapBetween = (past: PastProofs | null, latest: PastProofs): boolean =>
  (latest.proofs[0]?.id ?? 0) > (past?.proofs.at(-1)?.id ?? Number.POSITIVE_INFINITY);

/** Two lists that touch or overlap, as one. */
export function joined(one: PastProofs | null, other: PastProofs): PastProofs {
  if (one === null || one.proofs.length === 0) return other;
  const [first, second] =
    (other.proofs[0]?.id ?? Number.POSITIVE_INFINITY) < (one.proofs[0]?.id ?? 0) ? [other, one] : [one, other];
  const known = new Set(first.proofs.map(({ id }) => id));
  const proofs = [...first.proofs, ...second.proofs.filter(({ id }) => !known.has(id))];
  return { proofs: proofs.sort((before, after) => before.id - after.id), proofsBefore: first.proofsBefore };
}

/** A moment after a proof. */
export interface Moment {
  readonly proof: ProofNote;
  /** The proofs whose fault stood then, oldest first. */
  readonly standing: readonly ProofNote[];
}

/** After each of them, oldest first. */
export function momentsOf({ proofs, proofsBefore }: PastProofs): readonly Moment[] {
  let standing = proofsBefore;
  return proofs.map((proof) => {
    standing = standingAfter(standing, [proof]);
    return { proof, standing };
  });
}

/** @returns such as '72 proofs in 18 min · off 09:31:15 for 30 s' */
export function sayPast(past: PastProofs, now: Date): string {
  const moments = momentsOf(past);
  const [first] = moments;
  const last = moments.at(-1);
  if (!first || !last) return 'no proofs yet';
  const span = secondsBetween(first, last);
  const all = `${some(moments.length, 'proofs')}${span > 0 ? ` in ${duration(span)}` : ''}`;
  const isOff = ({ standing }: Moment): boolean => standing.length > 0;
  const end = moments.findLastIndex(isOff);
  if (end === -1) return `${all} · all balanced`;
  const begin = moments.findLastIndex((moment, at) => !isOff(moment) && at < end) + 1;
  const wasOff = moments[begin] ?? last;
  const balancedAgain = moments[end + 1];
  const [since] = [...wasOff.standing, wasOff.proof].map(({ provedAt }) => utcTime(new Date(provedAt), now));
  return balancedAgain
    ? `${all} · off ${since} for ${duration(secondsBetween(wasOff, balancedAgain))}`
    : `${all} · off since ${since}`;
}

const secondsBetween = ({ proof: one }: Moment, { proof: other }: Moment): number =>
  (Date.parse(other.provedAt) - Date.parse(one.provedAt)) / 1000;
