/** Codes of currencies: three capitals. */
import { currencies } from '../currencies.ts';
import { QUOTE, type Storage, UNSURE } from './storage.ts';
import { type Utf8Values, utf8Storage } from './utf8.ts';

const LETTERS = 26;
const LETTER_A = 0x41;

/** 1 for each code, by its letters as digits. */
const known = new Uint8Array(LETTERS ** 3);
for (const code of currencies) known[indexOf(new TextEncoder().encode(code), 0)] = 1;

export const currencyStorage: Storage<Utf8Values, string> = {
  ...utf8Storage,

  take({ starts, ends }, row, bytes, at) {
    const start = at + 1;
    const end = start + 3;
    if (bytes[at] !== QUOTE || bytes[end] !== QUOTE || known[indexOf(bytes, start)] !== 1) return UNSURE;
    starts[row] = start;
    ends[row] = end;
    return end + 1;
  },
};

/** -1 for what has another character than capitals. */
function indexOf(bytes: Uint8Array, start: number): number {
  let index = 0;
  for (let at = start; at < start + 3; at++) {
    const letter = (bytes[at] as number) - LETTER_A;
    if (!(letter >= 0 && letter < LETTERS)) return -1;
    index = index * LETTERS + letter;
  }
  return index;
}
