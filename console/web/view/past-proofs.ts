/** The proofs of the last while, in a sentence. */
import type { ProofNote } from '#operations/proofs.ts';
import { some } from './numbers.ts';
import { duration, utcTime } from './time.ts';

/**
 * @param proofs oldest first
 * @returns such as '72 proofs in 18 min · off 09:31:15 for 30 s'
 */
export function sayPast(proofs: readonly ProofNote[], now: Date): string {
  const [first] = proofs;
  const last = proofs.at(-1);
  if (!first || !last) return 'no proofs yet';
  const span = secondsBetween(first, last);
  const all = `${some(proofs.length, 'proofs')}${span > 0 ? ` in ${duration(span)}` : ''}`;
  const end = proofs.findLastIndex(({ balanced }) => !balanced);
  if (end === -1) return `${all} · all balanced`;
  const begin = proofs.findLastIndex(({ balanced }, at) => balanced && at < end) + 1;
  const wasOff = proofs[begin] ?? last;
  const balancedAgain = proofs[end + 1];
  const since = utcTime(new Date(wasOff.provedAt), now);
  return balancedAgain
    ? `${all} · off ${since} for ${duration(secondsBetween(wasOff, balancedAgain))}`
    : `${all} · off since ${since}`;
}

const secondsBetween = (one: ProofNote, other: ProofNote): number =>
  (Date.parse(other.provedAt) - Date.parse(one.provedAt)) / 1000;
