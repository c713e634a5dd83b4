/** Repeatable random numbers: the same seed gives the same choices on every machine. */

export interface Random {
  /** From 0, inclusive, to 1, exclusive. */
  fraction(): number;
  /** A whole number, both ends included. */
  integer(from: number, to: number): number;
  /** True for this share of the calls: 0.01 is one in a hundred. */
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Prefers the front of the list, as customers prefer some products. */
  favour<T>(items: readonly T[]): T;
  /** Chooses each item in proportion to its weight. */
  weighted<T extends { readonly weight: number }>(items: readonly T[]): T;
  /** Approximately normal with mean 0 and standard deviation 1; never beyond ±6. */
  normal(): number;
  /** Version 4, lower case. */
  uuid(): string;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** @param seed any text or number; different purposes take different seeds, such as `orders:7` and `faults:7` */
export function createRandom(seed: string | number): Random {
  const uint32 = sfc32(seed);
  const fraction = () => uint32() / 2 ** 32;
  const at = <T>(items: readonly T[], index: number): T => {
    if (items.length === 0) throw new Error('Expected a list to choose from, got an empty one.');
    return items[index] as T;
  };
  const hex = (word: number) =>
    `${HEX[word >>> 24]}${HEX[(word >>> 16) & 255]}${HEX[(word >>> 8) & 255]}${HEX[word & 255]}`;

  return {
    fraction,
    integer: (from, to) => from + Math.floor(fraction() * (to - from + 1)),
    chance: (share) => fraction() < share,
    pick: (items) => at(items, Math.floor(fraction() * items.length)),
    favour: (items) => at(items, Math.floor(fraction() * fraction() * items.length)),
    weighted: (items) => {
      let left = fraction() * items.reduce((sum, { weight }) => sum + weight, 0);
      for (const item of items) {
        left -= item.weight;
        if (left < 0) return item;
      }
      return at(items, items.length - 1);
    },
    normal: () => Array.from({ length: 12 }, fraction).reduce((sum, one) => sum + one, -6),
    uuid: () => {
      const [second, third] = [hex(uint32()), hex(uint32())];
      const variant = '89ab'.charAt(uint32() & 3);
      return `${hex(uint32())}-${second.slice(0, 4)}-4${second.slice(5)}-${variant}${third.slice(1, 4)}-${third.slice(4)}${hex(uint32())}`;
    },
  };
}

/** The generator sfc32 by Chris Doty-Humphrey (PractRand): small, fast, and passes PractRand's tests. */
function sfc32(seed: string | number): () => number {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  const next = () => {
    const result = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return result >>> 0;
  };
  for (const char of String(seed)) {
    a ^= char.codePointAt(0) ?? 0;
    next();
  }
  // Mixes the last characters through the whole state.
  for (let round = 0; round < 20; round++) next();
  return next;
}
