/** One pulse for all who look, asked only while somebody does. */
import { setTimeout as delay } from 'node:timers/promises';
import { openHistory, type PulseHistory } from './pulse/history.ts';
import { type Look, type Looked, lookBy, type Readings, readingsOf } from './pulse/look.ts';
import { recall, type Second } from './pulse/recall.ts';
import type { Pulse } from './pulse.ts';

export type { Look, Looked } from './pulse/look.ts';

export interface PulseFeed {
  /** The latest look; undefined before the first. It is old if nobody listens. */
  latest(): Look | undefined;
  /** A look that is made now, or that is under way. */
  look(): Promise<Look>;
  /**
   * Hears of each look from now on; one is made at once. What a listener throws is a warning of the process, and nobody else misses a look.
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

export const openPulse = (looked: Looked): PulseFeed =>
  openPulseOf({ read: readingsOf(looked), recall: () => recall(looked.pool) });

/** Where the readings come from. */
export interface PulseSource {
  read(): Promise<Readings>;
  /** What the history begins with; undefined while nobody knows. */
  recall(): Promise<readonly Second[] | undefined>;
  /** From one look to the next at least, whoever listens; a second unless a listener wants another time, if absent. */
  readonly everyMs?: number;
}

export function openPulseOf({ read, recall, everyMs }: PulseSource): PulseFeed {
  const see = lookBy(read);
  const history = openHistory();
  const listeners = new Map<(look: Look) => void, (unchanged: number) => number>();
  let latest: Look | undefined;
  let underway: Promise<Look> | undefined;
  let unchanged = 0;
  let rest = new AbortController();
  let isRunning = false;

  let isFilled = false;
  const warn = warnOnce();

  const look = (): Promise<Look> => {
    underway ??= Promise.all([see(), isFilled ? undefined : recall()])
      .then(([next, before]) => {
        // What was noted while PostgreSQL gave nothing is replaced.
        for (const { at, figures } of before ?? []) history.note(at, figures);
        isFilled ||= before !== undefined;
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

  const tell = (next: Look): void => {
    for (const listener of [...listeners.keys()])
      try {
        listener(next);
      } catch (error) {
        warn(error);
      }
  };

  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    try {
      while (listeners.size > 0) {
        rest = new AbortController();
        const began = performance.now();
        // One that fails is a pause: who listens hears the next.
        await look().then(tell, warn);
        const wanted = Math.max(everyMs ?? 0, Math.min(...[...listeners.values()].map((every) => every(unchanged))));
        const left = Math.max(wanted - (performance.now() - began), wanted / 4);
        if (listeners.size > 0) await delay(left, undefined, { signal: rest.signal }).catch(() => {});
      }
    } finally {
      isRunning = false;
    }
  };

  return {
    ...{ history, look, latest: () => latest },
    subscribe(listener, every = () => everyMs ?? EVERY_MS) {
      // Another function each time, so that the same listener may listen twice.
      const own = (next: Look) => listener(next);
      listeners.set(own, every);
      rest.abort();
      run().catch(warn);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) rest.abort();
      };
    },
  };
}

/** Warns of an error; of one that comes again each second, once. */
function warnOnce() {
  let last: string | undefined;
  return (error: unknown): void => {
    const { stack = String(error) } = error as Error;
    if (stack !== last) process.emitWarning(`The pulse goes on after an error: ${stack}`);
    last = stack;
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
