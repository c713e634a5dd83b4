/** The records that come to a topic from now on: asked for again and again, from where the last answer ended. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MessageLine } from '#console/api.ts';
import type { BrowseStep } from '#operations/records/browse.ts';
import type { Message } from '#operations/records/message.ts';
import { LIVE_ROWS, type Look, putNewest, queryOf } from '../view/messages.ts';
import { AskError } from './ask.ts';
import { askLines } from './lines.ts';
import { live, serverNow } from './live-store.ts';

export interface LiveMessages {
  /** The newest first, as many as are kept. */
  readonly messages: readonly Message[];
  /** Offsets that were looked through, and records that met the filter; null before the first answer. */
  readonly seen: { readonly scanned: number; readonly found: number } | null;
  /** When the server last answered, in milliseconds by its clock; null before. */
  readonly at: number | null;
  /** Milliseconds that were left out, since it had stood still for too long. */
  readonly left: number;
  /** Why the last attempt failed; it is tried again. */
  readonly error: AskError | null;
}

const EVERY_MS = 1_000;
/** Of a server that can't stream, such as a Lambda, each answer is an invocation. */
const SELDOM_MS = 5_000;
/** Of which whatever came is still fetched: after a night it would be a thousand answers, of which a few hundred rows are kept. */
const LONGEST_PAUSE_MS = 300_000;
const AFTER_A_FAILURE_MS = 5_000;

type End = Extract<BrowseStep, { readonly ended: string }>;

/**
 * @param look null follows nothing
 * @param isPaused asks for nothing meanwhile; then it goes on where it was, or from now on if that is long ago
 */
export function useLiveMessages(look: Look | null, isPaused: boolean): LiveMessages {
  const address = look && JSON.stringify(look);
  const [state, setState] = useState<LiveMessages>(nothing);
  const place = useRef<{ readonly here: string; readonly at: number } | null>(null);
  useEffect(() => {
    place.current = null;
    setState(nothing);
  }, [address]);
  useEffect(() => {
    if (!look || isPaused) return;
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const step = async (): Promise<void> => {
      let wait = live.get().session?.live === false ? SELDOM_MS : EVERY_MS;
      // A page that nobody sees asks for nothing.
      if (!document.hidden && live.get().pausedAt === null)
        try {
          const stood = place.current && Date.now() - place.current.at;
          if (stood !== null && stood > LONGEST_PAUSE_MS) {
            place.current = null;
            setState((before) => ({ ...before, left: before.left + stood }));
          }
          const end = await ask(look, place.current?.here ?? null, over.signal, (messages) =>
            setState((before) => ({ ...before, messages: putNewest(before.messages, messages) })),
          );
          place.current = { here: end.here, at: Date.now() };
          if (end.ended === 'limit') wait = 0;
          setState(({ messages, seen, left }) => ({
            messages,
            ...{ at: serverNow(), error: null, left },
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

const nothing: LiveMessages = { messages: [], seen: null, at: null, left: 0, error: null };
