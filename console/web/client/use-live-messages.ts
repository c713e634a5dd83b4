/** The records that come to a topic from now on: asked for again and again, from where the last answer ended. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MessageLine } from '#console/api.ts';
import type { BrowseStep } from '#operations/records/browse.ts';
import type { Message } from '#operations/records/message.ts';
import { LIVE_ROWS, type Look, putNewest, queryOf } from '../view/messages.ts';
import { AskError } from './ask.ts';
import { askLines } from './lines.ts';
import { live } from './live-store.ts';

export interface LiveMessages {
  /** The newest first, as many as are kept. */
  readonly messages: readonly Message[];
  /** Offsets that were looked through, and records that met the filter; null before the first answer. */
  readonly seen: { readonly scanned: number; readonly found: number } | null;
  /** When the server last answered, in milliseconds; null before. */
  readonly at: number | null;
  /** Why the last attempt failed; it is tried again. */
  readonly error: AskError | null;
}

const EVERY_MS = 1_000;
const AFTER_A_FAILURE_MS = 5_000;

type End = Extract<BrowseStep, { readonly ended: string }>;

/**
 * @param look null follows nothing
 * @param isPaused asks for nothing meanwhile; then it goes on where it was
 */
export function useLiveMessages(look: Look | null, isPaused: boolean): LiveMessages {
  const address = look && JSON.stringify(look);
  const [state, setState] = useState<LiveMessages>(nothing);
  const place = useRef<string | null>(null);
  useEffect(() => {
    place.current = null;
    setState(nothing);
  }, [address]);
  useEffect(() => {
    if (!look || isPaused) return;
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const step = async (): Promise<void> => {
      let wait = EVERY_MS;
      // A page that nobody sees asks for nothing.
      if (!document.hidden && live.get().pausedAt === null)
        try {
          const end = await ask(look, place.current, over.signal, (messages) =>
            setState((before) => ({ ...before, messages: putNewest(before.messages, messages) })),
          );
          place.current = end.here;
          if (end.ended === 'limit') wait = 0;
          setState(({ messages, seen }) => ({
            messages,
            ...{ at: Date.now(), error: null },
            seen: {
              scanned: (seen?.scanned ?? 0) + end.progress.scanned,
              found: (seen?.found ?? 0) + end.progress.found,
            },
          }));
        } catch (error) {
          if (over.signal.aborted) return;
          if (!(error instanceof AskError)) throw error;
          setState((before) => ({ ...before, error }));
          wait = AFTER_A_FAILURE_MS;
        }
      if (!over.signal.aborted) timer = setTimeout(step, wait);
    };
    void step();
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [address, isPaused]);
  return state;
}

/** Hands records over only once the answer is whole: one that breaks is asked for again, and would bring them twice. */
async function ask(
  look: Look,
  place: string | null,
  signal: AbortSignal,
  take: (messages: readonly Message[]) => void,
): Promise<End> {
  const query = { ...queryOf({ ...look, after: place ?? '' }), limit: String(LIVE_ROWS) };
  const path = `/api/messages/${encodeURIComponent(look.topic)}?${new URLSearchParams(query)}`;
  const messages: Message[] = [];
  for await (const line of askLines<Exclude<MessageLine, { failed: string }>>(path, { signal })) {
    if ('messages' in line) messages.push(...line.messages);
    if (!('ended' in line)) continue;
    take(messages);
    return line;
  }
  throw new AskError({ code: 'unreachable', message: 'The answer has no end.' });
}

const nothing: LiveMessages = { messages: [], seen: null, at: null, error: null };
