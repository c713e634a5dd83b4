/** The fields that a schema does not know, straight from a record's bytes, if they are written in a usual way: names and values without escapes, nothing nested. */
import {
  type Arena,
  append,
  BACKSLASH,
  COLON,
  isDigit,
  MINUS,
  PLUS,
  POINT,
  QUOTE,
  SPACE,
  UNSURE,
  ZERO,
} from './column-values/storage.ts';
import { countCharacters } from './column-values/utf8.ts';

/** A record with more is left to the reference. */
const MOST = 16;

const [OPEN, CLOSE, COMMA] = [0x7b, 0x7d, 0x2c];
const WORDS = ['null', 'true', 'false'].map((word) => new TextEncoder().encode(word));

export interface ExtraScanner {
  /** Forgets the fields of the record before. */
  begin(): void;
  /** @returns where the field that begins at `at` ends; UNSURE leaves the record to the reference */
  take(at: number): number;
  /** How many were taken. */
  count(): number;
  /** Writes them as a JSON object, as extraFields does. @returns where it starts; it ends at the arena's length */
  write(arena: Arena): number;
}

/** @param bytes those of a batch, with zeros behind their end */
export function extraScanner(bytes: Uint8Array): ExtraScanner {
  /** Where each field's name, with its colon, and its value start and end. */
  const places = new Int32Array(4 * MOST);
  let count = 0;

  const isNew = (start: number, end: number): boolean => {
    for (let field = 0; field < 4 * count; field += 4)
      if (isEqual(bytes, places[field] as number, places[field + 1] as number, start, end)) return false;
    return true;
  };

  return {
    begin() {
      count = 0;
    },

    take(at) {
      if (count === MOST || bytes[at] !== QUOTE) return UNSURE;
      const nameEnd = endOfText(bytes, at);
      if (nameEnd === UNSURE || bytes[nameEnd] !== COLON || !isNew(at, nameEnd + 1)) return UNSURE;
      const start = bytes[nameEnd + 1] === SPACE ? nameEnd + 2 : nameEnd + 1;
      const end = endOfValue(bytes, start);
      if (end === UNSURE) return UNSURE;
      places.set([at, nameEnd + 1, start, end], 4 * count++);
      return end;
    },

    count: () => count,

    write(arena) {
      let length = 1;
      for (let at = 0; at < 4 * count; at += 2) length += (places[at + 1] as number) - (places[at] as number);
      const json = new Uint8Array(length + count);
      let to = 0;
      for (let field = 0; field < 4 * count; field += 4) {
        json[to++] = field === 0 ? OPEN : COMMA;
        for (let part = field; part < field + 4; part += 2)
          for (let at = places[part] as number; at < (places[part + 1] as number); at++)
            json[to++] = bytes[at] as number;
      }
      json[to] = CLOSE;
      return append(arena, json);
    },
  };
}

function isEqual(bytes: Uint8Array, one: number, oneEnd: number, other: number, otherEnd: number): boolean {
  if (oneEnd - one !== otherEnd - other) return false;
  while (one < oneEnd) if (bytes[one++] !== bytes[other++]) return false;
  return true;
}

/** Behind the closing quote of a text that begins there. */
function endOfText(bytes: Uint8Array, at: number): number {
  const start = at + 1;
  let end = start;
  let all = 0;
  for (let byte = bytes[end] as number; byte !== QUOTE; byte = bytes[++end] as number) {
    if (!(byte >= SPACE) || byte === BACKSLASH) return UNSURE;
    all |= byte;
  }
  return all < 0x80 || countCharacters(bytes, start, end) >= 0 ? end + 1 : UNSURE;
}

function endOfValue(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return endOfText(bytes, at);
  if (first === MINUS || isDigit(first)) return endOfNumber(bytes, at);
  const word = WORDS.find((letters) => letters.every((letter, index) => bytes[at + index] === letter));
  return word ? at + word.length : UNSURE;
}

/** https://www.rfc-editor.org/rfc/rfc8259#section-6 */
function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start;
  if (bytes[at] === ZERO) at++;
  else at = endOfDigits(bytes, at);
  if (at !== UNSURE && bytes[at] === POINT) at = endOfDigits(bytes, at + 1);
  if (at === UNSURE || ((bytes[at] as number) | 0x20) !== 0x65) return at;
  const sign = bytes[at + 1];
  return endOfDigits(bytes, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
}

/** One or more. */
function endOfDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at === start ? UNSURE : at;
}
