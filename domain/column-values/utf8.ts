/** Text as UTF-8, where it lies: in the batch's own bytes if nothing had to be changed. */
import { type Arena, append, type Storage } from './storage.ts';

export interface Utf8Values {
  readonly arena: Arena;
  /** Where each row's text starts and ends; meaningless for a row without a value. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

const encoder = new TextEncoder();

/** All that text of any kind has in common. */
export const utf8Storage: Omit<Storage<Utf8Values, string>, 'take'> = {
  allocate: (rows, arena) => ({ arena, starts: new Int32Array(rows), ends: new Int32Array(rows) }),

  put({ arena, starts, ends }, row, text) {
    const bytes = encoder.encode(text);
    const start = append(arena, bytes);
    starts[row] = start;
    ends[row] = start + bytes.length;
  },

  get({ arena: { bytes }, starts, ends }, row) {
    const start = starts[row] as number;
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, (ends[row] as number) - start).toString();
  },

  part: ({ arena, starts, ends }, from, to) => ({
    arena,
    starts: starts.subarray(from, to),
    ends: ends.subarray(from, to),
  }),
};

/** Characters of the UTF-8 from `start` to before `end`; -1 if it is none: https://www.unicode.org/versions/Unicode17.0.0/core-spec/chapter-3/#G27506 */
export function countCharacters(bytes: Uint8Array, start: number, end: number): number {
  let characters = 0;
  for (let at = start; at < end; characters++) {
    const lead = bytes[at++] as number;
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return -1;
    const more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (at + more > end) return -1;
    const second = bytes[at] as number;
    // No character in more bytes than it needs, no half of a surrogate pair, none beyond U+10FFFF.
    if (lead === 0xe0 ? second < 0xa0 : lead === 0xf0 && second < 0x90) return -1;
    if (lead === 0xed ? second > 0x9f : lead === 0xf4 && second > 0x8f) return -1;
    for (const last = at + more; at < last; at++) if (((bytes[at] as number) & 0xc0) !== 0x80) return -1;
  }
  return characters;
}
