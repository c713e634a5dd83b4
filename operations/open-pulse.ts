/** One pulse for all who look, asked only while somebody does. */
import { setTimeout as delay } from 'node:timers/promises';
import { openHistory, type PulseHistory } from './pulse/history.ts';
import { type Look, type Looked, lookAt } from './pulse/look.ts';
import { recall, type Second } from './pulse/recall.ts';
import type { Pulse } from './pulse.ts';

export type { Look, Looked } from './pulse/look.ts';

export interface PulseFeed {
  /** The latest look; undefined before the first. It is old if nobody listens. */
  latest(): Look | undefined;
  /** A look that is made now, or that is under way. */
  look(): Promise<Look>;
  /**
   * Hears of each look from now on; one is made at once.
   *
   * @param every milliseconds from one look to the next, by how many before it showed nothing new; a second if absent. Of several
   *   listeners the one who wants most is heard
   * @returns how to stop listening
   */
  subscribe(listener: (look: Look) => void, every?: (unchanged: number) => number): () => void;
  /** Of each topic `rate.<topic>`, `lag.<topic>` and `p95.<topic>`, of places `p95.<place>`, and new `letters` a second. */
  readonly history: PulseHistory;
}

const EVERY_MS = 1_000;

export function openPulse(looked: Looked): PulseFeed {
  const see = lookAt(looked);
  const history = openHistory();
  const listeners = new Map<(look: Look) => void, (unchanged: number) => number>();
  let latest: Look | undefined;
  let underway: Promise<Look> | undefined;
  let unchanged = 0;
  let rest = new AbortController();
  let isRunning = false;

  let recalled: Promise<Second[]> | undefined;

  const look = (): Promise<Look> => {
    recalled ??= recall(looked.pool);
    underway ??= Promise.all([see(), recalled])
      .then(([next, before]) => {
        if (!latest) for (const { at, figures } of before) history.note(at, figures);
        unchanged = latest && gist(latest.pulse) === gist(next.pulse) ? unchanged + 1 : 0;
        history.note(Date.parse(next.pulse.at) / 1_000, figuresOf(next.pulse, latest?.pulse));
        latest = next;
        return next;
      })
      .finally(() => {
        underway = undefined;
      });
    return underway;
  };

  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    while (listeners.size > 0) {
      rest = new AbortController();
      const began = performance.now();
      const next = await look();
      const wanted = Math.min(...[...listeners.values()].map((every) => every(unchanged)));
      for (const listener of [...listeners.keys()]) listener(next);
      const left = Math.max(wanted - (performance.now() - began), wanted / 4);
      if (listeners.size > 0) await delay(left, undefined, { signal: rest.signal }).catch(() => {});
    }
    isRunning = false;
  };

  return {
    ...{ history, look, latest: () => latest },
    subscribe(listener, every = () => EVERY_MS) {
      // Another function each time, so that the same listener may listen twice.
      const own = (next: Look) => listener(next);
      listeners.set(own, every);
      rest.abort();
      void run();
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) rest.abort();
      };
    },
  };
}

/** What makes a look news: not the ages, which grow by themselves. */
const gist = ({ books, letters, unsent, sources }: Pulse): string => JSON.stringify([books, letters, unsent, sources]);

/** What the history keeps of a pulse. */
export function figuresOf(pulse: Pulse, before: Pulse | undefined): Record<string, number | null> {
  const figures: Record<string, number | null> = { letters: newLetters(pulse, before) };
  for (const [topic, { rate, lag, p95 }] of Object.entries(pulse.streams))
    Object.assign(figures, { [`rate.${topic}`]: rate, [`lag.${topic}`]: lag, [`p95.${topic}`]: p95 });
  for (const [place, { p95 }] of Object.entries(pulse.places)) figures[`p95.${place}`] = p95;
  return figures;
}

/** A second; null if either pulse doesn't know. */
function newLetters(pulse: Pulse, before: Pulse | undefined): number | null {
  const seconds = before ? (Date.parse(pulse.at) - Date.parse(before.at)) / 1_000 : 0;
  if (!pulse.letters || !before?.letters || seconds <= 0) return null;
  return Math.max(0, total(pulse.letters) - total(before.letters)) / seconds;
}

const total = (letters: Readonly<Record<string, number>>): number =>
  Object.values(letters).reduce((sum, count) => sum + count, 0);
