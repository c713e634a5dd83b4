/** UUIDs: 36 characters, which become lower case. */
import { append, MINUS, QUOTE, type Storage, UNSURE } from './storage.ts';
import { type Utf8Values, utf8Storage } from './utf8.ts';

export const UUID_LENGTH = 36;

const UPPER = 1;
const NO_DIGIT = 2;

/** 0 for a hexadecimal digit of lower case. */
const CLASS = new Uint8Array(256).fill(NO_DIGIT);
for (const digit of '0123456789abcdef') CLASS[digit.charCodeAt(0)] = 0;
for (const digit of 'ABCDEF') CLASS[digit.charCodeAt(0)] = UPPER;

export const uuidStorage: Storage<Utf8Values, string> = {
  ...utf8Storage,

  take({ arena, starts, ends }, row, bytes, at) {
    let start = at + 1;
    const end = start + UUID_LENGTH;
    if (bytes[at] !== QUOTE || bytes[end] !== QUOTE) return UNSURE;
    if (bytes[start + 8] !== MINUS || bytes[start + 13] !== MINUS) return UNSURE;
    if (bytes[start + 18] !== MINUS || bytes[start + 23] !== MINUS) return UNSURE;
    const classes =
      classesOf(bytes, start, start + 8) |
      classesOf(bytes, start + 9, start + 13) |
      classesOf(bytes, start + 14, start + 18) |
      classesOf(bytes, start + 19, start + 23) |
      classesOf(bytes, start + 24, end);
    if (classes >= NO_DIGIT) return UNSURE;
    // A record's own bytes stay as they came.
    if (classes === UPPER) start = append(arena, inLowerCase(bytes, start));
    starts[row] = start;
    ends[row] = start + UUID_LENGTH;
    return end + 1;
  },
};

/** Looks at all of them, since that is cheaper than to branch at each. */
function classesOf(bytes: Uint8Array, from: number, to: number): number {
  let any = 0;
  for (let at = from; at < to; at++) any |= CLASS[bytes[at] as number] as number;
  return any;
}

const lower = new Uint8Array(UUID_LENGTH);

/** The bit that makes a letter lower case is set in digits and minus anyway. */
function inLowerCase(bytes: Uint8Array, start: number): Uint8Array {
  for (let index = 0; index < UUID_LENGTH; index++) lower[index] = (bytes[start + index] as number) | 0x20;
  return lower;
}
