/** What the server answers to one question, kept while it is asked again: a page never goes blank because a request failed. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '#console/api.ts';
import { AskError, ask } from './ask.ts';
import { live } from './live-store.ts';

export interface Asked<Data> {
  /** The latest answer; null before the first. */
  readonly answer: Answer<Data> | null;
  /** Why the latest attempt failed; null if it didn't. With an answer from before, that answer is old. */
  readonly error: AskError | null;
  /** Never stops what is under way: that is waited for first. */
  readonly again: () => void;
}

/** @param path null asks nothing */
export function useAnswer<Data>(path: string | null): Asked<Data> {
  const [state, setState] = useState<Omit<Asked<Data>, 'again'> & { readonly path: string | null }>(nothing);
  const [times, setTimes] = useState(0);
  const [isAsking, isWanted] = [useRef(false), useRef(false)];
  const again = useCallback(() => {
    if (isAsking.current) isWanted.current = true;
    else setTimes((before) => before + 1);
  }, []);
  useEffect(() => {
    if (path === null) return;
    const over = new AbortController();
    isAsking.current = true;
    isWanted.current = false;
    ask<Data>(path, { signal: over.signal })
      .then(
        (answer) => setState({ path, answer, error: null }),
        (error: unknown) => {
          if (over.signal.aborted) return;
          if (!(error instanceof AskError)) throw error;
          setState((before) => ({ path, answer: before.path === path ? before.answer : null, error }));
        },
      )
      .finally(() => {
        if (over.signal.aborted) return;
        isAsking.current = false;
        if (isWanted.current) again();
      });
    return () => over.abort();
  }, [path, times]);
  // The answer to another question is none to this one.
  return { ...(state.path === path ? state : nothing), again };
}

/**
 * Asks again so long after each answer or failure: never while one is under way, since a server that takes longer than that, as one does
 * that waits for a service that is gone, would never be heard. Nor while nobody looks, or a person has paused the figures.
 *
 * @param ms null: not any more
 * @param evenPaused for the state of what a person has begun here
 */
export function useAgain({ answer, error, again }: Asked<unknown>, ms: number | null, evenPaused = false): void {
  useEffect(() => {
    if (ms === null) return;
    const timer = setInterval(() => {
      if (document.hidden || (!evenPaused && live.get().pausedAt !== null)) return;
      clearInterval(timer);
      again();
    }, ms);
    return () => clearInterval(timer);
  }, [answer, error, again, ms, evenPaused]);
}

const nothing = { path: null, answer: null, error: null };
