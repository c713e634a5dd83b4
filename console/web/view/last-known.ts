/** Remembers figures, so that one which is unknown now can be shown as it was, with its time. */
import type { Books } from '#operations/books.ts';
import type { PlacePulse, Pulse, StreamPulse } from '#operations/pulse.ts';

/** A value, and when it was so (ISO 8601). */
export interface Known<Value> {
  readonly value: Value;
  readonly at: string;
}

export interface LastKnown {
  readonly books: Known<Books> | null;
  readonly letters: Known<Readonly<Record<string, number>>> | null;
  readonly streams: Readonly<Record<string, Known<StreamPulse>>>;
  readonly places: Readonly<Record<string, Known<PlacePulse>>>;
}

export const nothingKnown: LastKnown = { books: null, letters: null, streams: {}, places: {} };

/** @returns what is known after this pulse; parts that it doesn't know stay as they were */
export function remember(before: LastKnown, { at, books, letters, streams, places }: Pulse): LastKnown {
  return {
    books: books ? { value: books, at } : before.books,
    letters: letters ? { value: letters, at } : before.letters,
    streams: { ...before.streams, ...knownOf(streams, at, ({ rate, lag }) => rate !== null && lag !== null) },
    places: { ...before.places, ...knownOf(places, at, ({ state }) => state !== 'unknown') },
  };
}

function knownOf<Value>(
  all: Readonly<Record<string, Value>>,
  at: string,
  isKnown: (value: Value) => boolean,
): Record<string, Known<Value>> {
  const known = Object.entries(all).filter(([, value]) => isKnown(value));
  return Object.fromEntries(known.map(([name, value]) => [name, { value, at }]));
}
