/**
 * Money is exact: decimal text or number in JSON, whole cents in code, DECIMAL(10,2) in Parquet and NUMERIC(10,2) in
 * SQL. Cents stay far below 2^53, so a number holds every one of them exactly.
 */
import { Unusable } from './dead-letters.ts';
import { WrittenNumber, withoutExponent } from './exact-number.ts';

/** The largest amount of NUMERIC(10,2), in cents. */
const LARGEST = 9_999_999_999;

/** How amounts are nearly always written. */
const PLAIN = /^-?\d{1,8}(?:\.\d{1,2})?$/;

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Reads an amount such as `12.5` or `"12.50"` as whole cents.
 *
 * A number that JSON wrote with more digits than a double holds comes as `WrittenNumber`, and is judged by what was written.
 *
 * @throws Unusable `invalid_amount` for more than two decimals, NaN, infinity, or what NUMERIC(10,2) can't hold;
 *   `wrong_type` for anything that is neither number nor text.
 */
export function parseCents(value: unknown): number {
  if (typeof value === 'number') {
    const cents = Math.round(value * 100);
    // `cents / 100` is the double nearest to that decimal, so equality means: written with at most two decimals.
    if (cents / 100 === value && Math.abs(cents) <= LARGEST) return cents + 0;
    throw invalid(String(value));
  }
  if (typeof value === 'string') return parseDecimal(value);
  if (value instanceof WrittenNumber) return parseDecimal(value.text);
  throw new Unusable(
    'wrong_type',
    `expected an amount as number or text, got ${value === null ? 'null' : typeof value}`,
  );
}

/**
 * Reads an amount in hundredths, such as `1250` or `"1250"`, as whole cents.
 *
 * @throws Unusable as parseCents does
 */
export function parseMinor(value: unknown): number {
  if (typeof value !== 'number' && typeof value !== 'string' && !(value instanceof WrittenNumber))
    throw new Unusable(
      'wrong_type',
      `expected whole hundredths as number or text, got ${value === null ? 'null' : typeof value}`,
    );
  const text = value instanceof WrittenNumber ? value.text : String(value);
  const match = /^(-?)(\d+)(?:\.0*)?$/.exec(withoutExponent(text));
  const cents = match ? Number(match[2]) : Number.NaN;
  if (!(cents <= LARGEST))
    throw new Unusable(
      'invalid_amount',
      `expected whole hundredths from -${LARGEST} to ${LARGEST}, got ${JSON.stringify(shortened(text))}`,
    );
  return match?.[1] && cents !== 0 ? -cents : cents;
}

/** Cents as decimal text: 1250 → "12.50". */
export function formatCents(cents: number | bigint): string {
  const digits = String(cents).replace('-', '').padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function parseDecimal(text: string): number {
  // The product is within a millionth of whole cents, so rounding gives exactly them.
  if (PLAIN.test(text)) return Math.round(Number(text) * 100) + 0;
  const match = DECIMAL.exec(withoutExponent(text));
  if (!match) throw invalid(text);
  const [, sign, whole = '', decimals = ''] = match;
  if (/[^0]/.test(decimals.slice(2))) throw invalid(text);
  // Beyond 2^53 this is rounded, or infinite, and in any case too large.
  const cents = Number(whole + decimals.slice(0, 2).padEnd(2, '0'));
  if (cents > LARGEST) throw invalid(text);
  return sign === '-' && cents !== 0 ? -cents : cents;
}

function invalid(text: string): Unusable {
  return new Unusable(
    'invalid_amount',
    `expected an amount from -99999999.99 to 99999999.99 with at most two decimals, got ${JSON.stringify(shortened(text))}`,
  );
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
