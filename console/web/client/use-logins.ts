/** The logins, once a person wants to see them: they are asked for then, and forgotten when they are hidden or the page is left. */
import { useEffect, useState } from 'preact/hooks';
import type { Connecting } from '#console/api.ts';
import { AskError, ask } from './ask.ts';

export interface Logins {
  readonly isShown: boolean;
  /** Null while hidden, and before the server has answered. */
  readonly logins: Connecting | null;
  readonly error: AskError | null;
  readonly show: (shown: boolean) => void;
}

export function useLogins(topic: string): Logins {
  const [isShown, show] = useState(false);
  const [state, setState] = useState<Pick<Logins, 'logins' | 'error'>>(none);
  useEffect(() => {
    setState(none);
    if (!isShown) return;
    const over = new AbortController();
    ask<Connecting>('/api/connect/logins', { body: { topic }, signal: over.signal }).then(
      ({ data }) => setState({ logins: data, error: null }),
      (error: unknown) => {
        if (over.signal.aborted) return;
        if (!(error instanceof AskError)) throw error;
        setState({ logins: null, error });
      },
    );
    return () => over.abort();
  }, [isShown, topic]);
  return { ...state, isShown, show };
}

const none = { logins: null, error: null };
