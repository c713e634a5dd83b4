/** The proof that is on its way because somebody of the page has asked for it, and how to ask for one. */
import { useState } from 'preact/hooks';
import type { Proving } from '#console/api.ts';
import { AskError, ask } from './ask.ts';
import { useAgain, useAnswer } from './use-answer.ts';

const LOOKS_EVERY_MS = 1_000;

export interface UsedProving {
  /** Null before the first answer. */
  readonly proving: Proving | null;
  /** Why it could not be asked for. */
  readonly error: AskError | null;
  readonly prove: (how: { depth: string; all: boolean }) => Promise<void>;
}

export function useProving(): UsedProving {
  const asked = useAnswer<Proving>('/api/proving');
  const [error, setError] = useState<AskError | null>(null);
  const proving = asked.answer?.data ?? null;
  useAgain(asked, proving?.underway ? LOOKS_EVERY_MS : null);
  return {
    ...{ proving, error: error ?? asked.error },
    async prove(how) {
      setError(null);
      try {
        await ask<Proving>('/api/prove', { body: how });
      } catch (failure) {
        if (!(failure instanceof AskError)) throw failure;
        setError(failure);
      }
      asked.again();
    },
  };
}
