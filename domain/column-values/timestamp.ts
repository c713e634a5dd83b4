/** Instants: microseconds since 1970 UTC. */
import { daysIn, daysSince1970 } from '#domain/time.ts';
import { COLON, COMMA, isDigit, MINUS, PLUS, POINT, QUOTE, SPACE, type Storage, UNSURE, ZERO } from './storage.ts';

export interface Micros {
  readonly values: BigInt64Array;
  /** The same memory as halves, the lower one first as on every processor that Lambda has: no bigint is made to write it. */
  readonly halves: Int32Array;
}

const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const LETTER_SMALL_Z = 0x7a;

export const timestampStorage: Storage<Micros, bigint> = {
  allocate(rows) {
    const values = new BigInt64Array(rows);
    return { values, halves: new Int32Array(values.buffer) };
  },

  /** All forms that the reference reads, in years whose microseconds fit a double. */
  take({ halves }, row, bytes, at) {
    if (bytes[at] !== QUOTE || bytes[at + 5] !== MINUS || bytes[at + 8] !== MINUS || bytes[at + 14] !== COLON)
      return UNSURE;
    if (bytes[at + 11] !== LETTER_T && bytes[at + 11] !== SPACE) return UNSURE;
    const year = two(bytes, at + 1) * 100 + two(bytes, at + 3);
    const month = two(bytes, at + 6);
    const day = two(bytes, at + 9);
    const hour = two(bytes, at + 12);
    const minute = two(bytes, at + 15);
    at += 17;
    let second = 0;
    let micros = 0;
    if (bytes[at] === COLON) {
      second = two(bytes, at + 1);
      at += 3;
      if (bytes[at] === POINT || bytes[at] === COMMA) {
        const start = ++at;
        // Digits past the microsecond are cut off.
        for (let unit = 100_000; isDigit(bytes[at]); at++, unit = unit === 1 ? 0 : unit / 10)
          micros += ((bytes[at] as number) - ZERO) * unit;
        if (at === start || at > start + 9) return UNSURE;
      }
    }
    // What is no digit is larger than all.
    if (!(year >= 1900 && year <= 2200 && month >= 1 && month <= 12 && day >= 1)) return UNSURE;
    if (!(hour <= 23 && minute <= 59 && second <= 59) || (day > 28 && day > daysIn(year, month))) return UNSURE;

    let zone = 0;
    const sign = bytes[at];
    if (sign === LETTER_Z || sign === LETTER_SMALL_Z) at++;
    else if (sign === PLUS || sign === MINUS) {
      const hours = two(bytes, at + 1);
      at += 3;
      let minutes = 0;
      if (bytes[at] !== QUOTE) {
        if (bytes[at] === COLON) at++;
        minutes = two(bytes, at);
        at += 2;
      }
      if (!(hours <= 15 && minutes <= 59)) return UNSURE;
      zone = (hours * 60 + minutes) * (sign === MINUS ? -1 : 1);
    }
    if (bytes[at] !== QUOTE) return UNSURE;
    const seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + (minute - zone) * 60 + second;
    setMicros(halves, row, seconds * 1e6 + micros);
    return at + 1;
  },

  put({ values }, row, micros) {
    values[row] = micros;
  },
  get: ({ values }, row) => values[row] as bigint,
  part: ({ values, halves }, from, to) => ({
    values: values.subarray(from, to),
    halves: halves.subarray(2 * from, 2 * to),
  }),
};

/** @param value a whole number below 2^53 */
export function setMicros(halves: Int32Array, row: number, value: number): void {
  halves[2 * row] = value | 0;
  halves[2 * row + 1] = Math.floor(value / 2 ** 32);
}

/** Two digits; much more than 99 where one is none. */
function two(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] as number) - ZERO;
  const low = (bytes[at + 1] as number) - ZERO;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : 1_000_000;
}
