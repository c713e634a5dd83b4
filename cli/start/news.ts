/** What is new in each proof of a stack that runs. */
import type { Proof } from '#operations/proof.ts';
import { describe } from '../commands/proof.ts';
import { shorten } from '../shorten.ts';

export interface ProofNews {
  /** How the latest proof went; undefined before the first. */
  latest(): 'balanced' | 'off' | 'failed' | undefined;
  proved(proof: Proof): void;
  /** The proof could not be made. */
  failed(cause: Error): void;
}

/** @param say is told what a proof finds off that the last one did not, and once why there is none */
export function proofNews(say: (text: string) => void): ProofNews {
  let latest: ReturnType<ProofNews['latest']>;
  let last: Proof | undefined;
  let failure: string | undefined;
  return {
    latest: () => latest,
    proved(proof) {
      if (isNews(proof, last)) say(describe(proof));
      latest = proof.balanced ? 'balanced' : 'off';
      last = proof;
      failure = undefined;
    },
    failed({ message }) {
      if (message !== failure) say(`The proof could not be made: ${shorten(message)}`);
      latest = 'failed';
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
