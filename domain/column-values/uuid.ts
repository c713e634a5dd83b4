/** UUIDs: 36 characters of lower case. */
import { MINUS, QUOTE, type Storage, UNSURE } from './storage.ts';
import { type Utf8Values, utf8Storage } from './utf8.ts';

export const UUID_LENGTH = 36;

/** 0 for a hexadecimal digit of lower case. */
const NO_DIGIT = new Uint8Array(256).fill(1);
for (const digit of '0123456789abcdef') NO_DIGIT[digit.charCodeAt(0)] = 0;

export const uuidStorage: Storage<Utf8Values, string> = {
  ...utf8Storage,

  take({ starts, ends }, row, bytes, at) {
    const start = at + 1;
    const end = start + UUID_LENGTH;
    if (bytes[at] !== QUOTE || bytes[end] !== QUOTE) return UNSURE;
    if (bytes[start + 8] !== MINUS || bytes[start + 13] !== MINUS) return UNSURE;
    if (bytes[start + 18] !== MINUS || bytes[start + 23] !== MINUS) return UNSURE;
    const wrong =
      noDigits(bytes, start, start + 8) |
      noDigits(bytes, start + 9, start + 13) |
      noDigits(bytes, start + 14, start + 18) |
      noDigits(bytes, start + 19, start + 23) |
      noDigits(bytes, start + 24, end);
    if (wrong !== 0) return UNSURE;
    starts[row] = start;
    ends[row] = end;
    return end + 1;
  },
};

/** Looks at all of them, since that is cheaper than to branch at each. */
function noDigits(bytes: Uint8Array, from: number, to: number): number {
  let any = 0;
  for (let at = from; at < to; at++) any |= NO_DIGIT[bytes[at] as number] as number;
  return any;
}
