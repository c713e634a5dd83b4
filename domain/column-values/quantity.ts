/** Whole numbers of at least one or zero. */
import { isDigit, type Storage, UNSURE, ZERO } from './storage.ts';

export const quantityStorage: Storage<Int32Array, number> = {
  allocate: (rows) => new Int32Array(rows),

  /** Nine digits at most, which 32 bits hold whatever they are; the reference says whether it may be 0. */
  take(values, row, bytes, at) {
    const start = at;
    let value = 0;
    while (isDigit(bytes[at])) value = value * 10 + (bytes[at++] as number) - ZERO;
    const digits = at - start;
    if (digits < 1 || digits > 9 || bytes[start] === ZERO) return UNSURE;
    values[row] = value;
    return at;
  },

  put(values, row, value) {
    values[row] = value;
  },
  get: (values, row) => values[row] as number,
  part: (values, from, to) => values.subarray(from, to),
};
