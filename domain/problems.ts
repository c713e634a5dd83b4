/** Everything that is wrong with a record's value, with the characters to mark in its text. */
import type { Headers } from './envelope.ts';
import { type Fault, type Readable, wholeReader } from './event-reader.ts';
import { faultIn } from './json-fault.ts';
import { placeOf, type Range } from './json-places.ts';

/** `from` and `to` count the characters of the value as `textOf` gives it; both are 0 if there is no text to mark. */
export interface Problem extends Fault, Range {}

/** Keeps a byte order mark, so that the text is the same bytes again when it is sent back. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BYTE_ORDER_MARK = '\ufeff';

/** The bytes as text; undefined if they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The consumer's own reader says what is wrong, in the order of the event's fields: the first problem is the reason and the message
 * of the dead letter that the record would become. None if the consumer's reader would take it.
 */
export function problemsOf(
  stream: Readable,
  value: Uint8Array | null,
  headers?: Headers,
  timestamp?: number,
): Problem[] {
  const reading = wholeReader(stream)(value, headers, timestamp);
  if ('event' in reading) return [];
  const text = value === null ? undefined : textOf(value);
  return reading.faults.map((fault) => ({ ...fault, ...rangeOf(fault, text) }));
}

/**
 * The characters that a fault is about. A field that is missing has none: the end of the object that lacks it stands for it. Where
 * the text ends too early the range is empty, at its end.
 */
export function rangeOf({ path, reason }: Pick<Fault, 'path' | 'reason'>, text: string | undefined): Range {
  if (text === undefined) return { from: 0, to: 0 };
  // The reader takes the byte order mark for none of the text.
  const skipped = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  const { from, to } = rangeIn(text.slice(skipped), path, reason);
  return { from: from + skipped, to: to + skipped };
}

function rangeIn(json: string, path: Fault['path'], reason: Fault['reason']): Range {
  const fault = faultIn(json);
  if (fault !== undefined)
    return reason === 'not_json' ? { from: fault, to: Math.min(fault + 1, json.length) } : { from: 0, to: json.length };
  const place = placeOf(json, path);
  if (place) return place;
  const { to } = placeOf(json, path.slice(0, -1)) ?? { to: json.length };
  return { from: to - 1, to };
}
