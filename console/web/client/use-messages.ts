/** The records that a look through a topic has found so far, and how far it has come. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MessageLine } from '#console/api.ts';
import type { BrowseProgress, BrowseStep } from '#operations/records/browse.ts';
import type { Message } from '#operations/records/message.ts';
import { type Look, queryOf } from '../view/messages.ts';
import { AskError } from './ask.ts';
import { askLines } from './lines.ts';

export type End = Extract<BrowseStep, { readonly ended: string }>;

export interface Found {
  readonly messages: readonly Message[];
  /** Null before the server has begun. */
  readonly progress: BrowseProgress | null;
  /** How it ended; null while it searches. A search that a person stopped has no end of the server. */
  readonly end: End | 'stopped-here' | null;
  readonly error: AskError | null;
}

export interface Search extends Found {
  readonly stop: () => void;
  readonly again: () => void;
}

const LIMIT = 100;

export function useMessages(look: Look): Search {
  const path = `/api/messages/${encodeURIComponent(look.topic)}?${new URLSearchParams({ ...queryOf(look), limit: String(LIMIT) })}`;
  const [state, setState] = useState<Found & { readonly path: string }>({ path, ...nothing });
  const [times, setTimes] = useState(0);
  const over = useRef<AbortController | null>(null);
  useEffect(() => {
    const own = new AbortController();
    over.current = own;
    setState({ path, ...nothing });
    const change = (next: (before: Found) => Partial<Found>) =>
      setState((before) => (over.current === own ? { ...before, ...next(before), path } : before));
    void (async () => {
      try {
        for await (const line of askLines<Exclude<MessageLine, { failed: string }>>(path, { signal: own.signal }))
          change(({ messages }) => ({
            progress: line.progress,
            ...('messages' in line && { messages: [...messages, ...line.messages] }),
            ...('ended' in line && { end: line }),
          }));
      } catch (error) {
        if (own.signal.aborted) return change(() => ({ end: 'stopped-here' }));
        if (!(error instanceof AskError)) throw error;
        change(() => ({ error }));
      }
    })();
    return () => {
      over.current = null;
      own.abort();
    };
  }, [path, times]);
  const current = state.path === path ? state : { path, ...nothing };
  return { ...current, stop: () => over.current?.abort(), again: () => setTimes((before) => before + 1) };
}

const nothing: Found = { messages: [], progress: null, end: null, error: null };
