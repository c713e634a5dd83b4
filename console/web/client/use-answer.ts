/** What the server answers to one question, kept while it is asked again: a page never goes blank because a request failed. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Answer } from '#console/api.ts';
import { AskError, ask } from './ask.ts';

export interface Asked<Data> {
  /** The latest answer; null before the first. */
  readonly answer: Answer<Data> | null;
  /** Why the latest attempt failed; null if it didn't. With an answer from before, that answer is old. */
  readonly error: AskError | null;
  readonly again: () => void;
}

/** @param path null asks nothing */
export function useAnswer<Data>(path: string | null): Asked<Data> {
  const [state, setState] = useState<Omit<Asked<Data>, 'again'> & { readonly path: string | null }>(nothing);
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const over = new AbortController();
    ask<Data>(path, { signal: over.signal }).then(
      (answer) => setState({ path, answer, error: null }),
      (error: unknown) => {
        if (over.signal.aborted) return;
        if (!(error instanceof AskError)) throw error;
        setState((before) => ({ path, answer: before.path === path ? before.answer : null, error }));
      },
    );
    return () => over.abort();
  }, [path, times]);
  const again = useCallback(() => setTimes((before) => before + 1), []);
  // The answer to another question is none to this one.
  return { ...(state.path === path ? state : nothing), again };
}

const nothing = { path: null, answer: null, error: null };
