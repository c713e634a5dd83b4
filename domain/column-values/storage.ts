/** How the values of a column kind are kept: a batch's in a few typed arrays, so that no value becomes an object. */

/** `Values` are those of a column, one for each row; a `Value` is one of them as the kind's `parse` gives it. */
export interface Storage<Values, Value> {
  /** Room for so many rows. */
  allocate(rows: number, arena: Arena): Values;
  /**
   * Takes a value straight from JSON, if it is written in a usual way.
   *
   * @param bytes JSON, with zeros behind its end
   * @param at where the value begins
   * @returns where it ends; `UNSURE` leaves it to the reference
   */
  take(values: Values, row: number, bytes: Uint8Array, at: number): number;
  /** Keeps what the reference has read. */
  put(values: Values, row: number, value: Value): void;
  get(values: Values, row: number): Value;
  /** Those of the rows from `from` to before `to`; they share the memory. */
  part(values: Values, from: number, to: number): Values;
}

/** Zeros behind the end of a batch's bytes: a few bytes may be read at once, and whatever was not ended ends here. */
export const SLACK = 8;

/** What only the reference can judge: an unusual way to write a value, or a wrong one. */
export const UNSURE = -1;

/** Bytes that grow: a batch's as they came, and behind them what only the reference could read, then at least `SLACK` more. */
export interface Arena {
  bytes: Uint8Array;
  /** How many of them are used. */
  length: number;
}

/** @returns where they start */
export function append(arena: Arena, bytes: Uint8Array): number {
  const start = arena.length;
  const end = start + bytes.length;
  if (end + SLACK > arena.bytes.length) {
    const larger = new Uint8Array(2 * (end + SLACK));
    larger.set(arena.bytes.subarray(0, start));
    arena.bytes = larger;
  }
  arena.bytes.set(bytes, start);
  arena.length = end;
  return start;
}

export const QUOTE = 0x22;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const POINT = 0x2e;
export const ZERO = 0x30;
export const COLON = 0x3a;
export const SPACE = 0x20;
export const BACKSLASH = 0x5c;

export const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
