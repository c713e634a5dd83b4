/** What is new, for all who look: one pulse for everybody, asked only while somebody listens. */
import { randomBytes } from 'node:crypto';
import type { Sources } from '#operations/pulse.ts';
import type { LiveEvents } from '../api.ts';

export interface LiveEvent {
  /** Of this server's run: another run doesn't know it. */
  readonly id: string;
  readonly name: keyof LiveEvents;
  readonly data: LiveEvents[keyof LiveEvents];
}

/** Says what is new until it is told to stop. @returns how to stop */
export type Watch = (news: <Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name]) => void) => () => void;

export interface Live {
  /**
   * Hears of every event from now on, and first of those that it missed.
   *
   * @param after the last event that it has; if that is unknown here, it gets the newest of each name
   * @returns how to stop listening
   */
  listen(listener: (event: LiveEvent) => void, after?: string): () => void;
  /** As of the last pulse; null before the first, and while nobody listens, since nothing is asked then. */
  sources(): Sources | null;
}

/** Two minutes of pulses: a connection that breaks is made again within seconds. */
const KEPT = 120;

/** Bytes that who comes back may have missed; of more it gets the newest of each name, so that it isn't overwhelmed again and again. */
const MOST_MISSED = 256 * 1024;

export function openLive(watch: Watch): Live {
  const run = randomBytes(6).toString('hex');
  const listeners = new Set<(event: LiveEvent) => void>();
  let kept: LiveEvent[] = [];
  let count = 0;
  let sources: Sources | null = null;
  let stop: (() => void) | undefined;

  const news: Parameters<Watch>[0] = (name, data) => {
    if ('sources' in data) sources = data.sources;
    count += 1;
    const event = { id: `${run}-${count}`, name, data };
    kept = [...kept.slice(1 - KEPT), event];
    for (const listener of listeners) listener(event);
  };
  const missed = (after: string | undefined): readonly LiveEvent[] => {
    const known = kept.findIndex(({ id }) => id === after);
    const since = known >= 0 ? kept.slice(known + 1) : undefined;
    if (since && bytesOf(since) <= MOST_MISSED) return since;
    // While nobody listens nothing is asked, so what is kept may be old.
    if (!stop) return [];
    return kept.filter(({ name }, index) => !kept.slice(index + 1).some((later) => later.name === name));
  };

  return {
    sources: () => sources,
    listen(listener, after) {
      for (const event of missed(after)) listener(event);
      listeners.add(listener);
      stop ??= watch(news);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
        sources = null;
      };
    },
  };
}

const bytesOf = (events: readonly LiveEvent[]): number =>
  events.reduce((sum, { data }) => sum + Buffer.byteLength(JSON.stringify(data)), 0);
