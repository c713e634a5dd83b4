/** What is new in each proof of a stack that runs. */
import type { Proof } from '#operations/proof.ts';
import { describe } from '../commands/proof.ts';
import { shorten } from '../shorten.ts';
import type { Verdict } from './live.ts';

export interface ProofNews {
  /** Of the latest proof. */
  verdict(): Verdict;
  /** When that was, in milliseconds since 1970; undefined if it could not be made. */
  provedAt(): number | undefined;
  proved(proof: Proof): void;
  /** The proof could not be made. */
  failed(cause: Error): void;
}

/** @param say is told what a proof finds off that the last one did not, and once why there is none */
export function proofNews(say: (text: string) => void): ProofNews {
  let verdict: Verdict = '…';
  let provedAt: number | undefined;
  let last: Proof | undefined;
  let failure: string | undefined;
  return {
    verdict: () => verdict,
    provedAt: () => provedAt,
    proved(proof) {
      provedAt = Date.now();
      if (isNews(proof, last)) say(describe(proof));
      verdict = proof.balanced ? 'balanced' : 'NOT BALANCED';
      last = proof;
      failure = undefined;
    },
    failed({ message }) {
      if (message !== failure) say(`The proof could not be made: ${shorten(message)}`);
      verdict = 'FAILED';
      provedAt = undefined;
      failure = message;
    },
  };
}

/** Whether the proof finds something off that the one before did not. */
export function isNews(proof: Proof, before: Proof | undefined): boolean {
  const known = new Set(before && offIn(before));
  return offIn(proof).some((name) => !known.has(name));
}

const offIn = ({ checks }: Proof): string[] => checks.filter(({ balanced }) => !balanced).map(({ name }) => name);
