/** The proof that is on its way because somebody of the page has asked for it, and how to ask for one. */
import { useRef, useState } from 'preact/hooks';
import type { Proving } from '#console/api.ts';
import type { Depth } from '#operations/proof.ts';
import { AskError, ask } from './ask.ts';
import { serverNow } from './live-store.ts';
import { useAgain, useAnswer } from './use-answer.ts';

const LOOKS_EVERY_MS = 1_000;

interface How {
  readonly depth: Depth;
  readonly all: boolean;
}

export interface UsedProving {
  /** Null before the first answer. */
  readonly proving: Proving | null;
  /** Why it could not be asked for. */
  readonly error: AskError | null;
  /** Nothing while one is on its way. */
  readonly prove: (how: How) => Promise<void>;
}

export function useProving(): UsedProving {
  const asked = useAnswer<Proving>('/api/proving');
  const [error, setError] = useState<AskError | null>(null);
  // Its answer comes when the proof has begun or, of a server that can't work behind its answers, when it has ended.
  const [own, setOwn] = useState<Proving['underway']>(null);
  const isAsking = useRef(false);
  const told = asked.answer?.data ?? null;
  useAgain(asked, told?.underway ? LOOKS_EVERY_MS : null, true);
  const proving = own ? { underway: own, failed: null } : told;
  return {
    ...{ proving, error: error ?? asked.error },
    async prove(how) {
      if (isAsking.current) return;
      isAsking.current = true;
      setError(null);
      setOwn({ ...how, since: new Date(serverNow()).toISOString() });
      try {
        await ask<Proving>('/api/prove', { body: how });
      } catch (failure) {
        if (!(failure instanceof AskError)) throw failure;
        // Somebody else was first: theirs is shown.
        if (failure.code !== 'proving') setError(failure);
      } finally {
        isAsking.current = false;
        setOwn(null);
        asked.again();
      }
    },
  };
}
