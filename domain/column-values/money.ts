/** Money: whole cents. */
import { isDigit, MINUS, POINT, QUOTE, type Storage, UNSURE, ZERO } from './storage.ts';

/**
 * As text or number: so many digits at most. What is counted in units may have up to two decimals, and zeros behind these; hundredths
 * have none.
 */
const amountsOf = (counted: 'units' | 'hundredths', longest: number): Storage<Float64Array, number> => ({
  allocate: (rows) => new Float64Array(rows),

  take(values, row, bytes, at) {
    const isText = bytes[at] === QUOTE;
    if (isText) at++;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const start = at;
    let cents = 0;
    while (isDigit(bytes[at])) cents = cents * 10 + (bytes[at++] as number) - ZERO;
    const digits = at - start;
    // JSON's numbers have no leading zeros; text may.
    if (digits < 1 || digits > longest || (!isText && digits > 1 && bytes[start] === ZERO)) return UNSURE;
    if (counted === 'units') {
      let decimals = 0;
      if (bytes[at] === POINT) {
        at++;
        for (; decimals < 2 && isDigit(bytes[at]); decimals++) cents = cents * 10 + (bytes[at++] as number) - ZERO;
        if (decimals === 0) return UNSURE;
        if (decimals === 2) while (bytes[at] === ZERO) at++;
      }
      cents *= decimals === 2 ? 1 : decimals === 1 ? 10 : 100;
    }
    if (isText && bytes[at++] !== QUOTE) return UNSURE;
    values[row] = negative && cents > 0 ? -cents : cents;
    return at;
  },

  put(values, row, cents) {
    values[row] = cents;
  },
  get: (values, row) => values[row] as number,
  part: (values, from, to) => values.subarray(from, to),
});

export const moneyStorage = amountsOf('units', 8);
export const minorStorage = amountsOf('hundredths', 9);
