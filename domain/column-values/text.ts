/** Text without escapes, of 1 to `longest` characters. */
import { BACKSLASH, QUOTE, SPACE, type Storage, UNSURE } from './storage.ts';
import { countCharacters, type Utf8Values, utf8Storage } from './utf8.ts';

export const textStorage = (longest: number): Storage<Utf8Values, string> => ({
  ...utf8Storage,

  take({ starts, ends }, row, bytes, at) {
    if (bytes[at] !== QUOTE) return UNSURE;
    const start = at + 1;
    let end = start;
    let all = 0;
    for (let byte = bytes[end] as number; byte !== QUOTE; byte = bytes[++end] as number) {
      // Written so that undefined, behind the last byte, ends it too.
      if (!(byte >= SPACE) || byte === BACKSLASH) return UNSURE;
      all |= byte;
    }
    const characters = all < 0x80 ? end - start : countCharacters(bytes, start, end);
    if (characters < 1 || characters > longest) return UNSURE;
    starts[row] = start;
    ends[row] = end;
    return end + 1;
  },
});
