/**
 * Amounts that were computed with doubles: 0.1 + 0.2 is written as 0.30000000000000004. Judged by the digits as they were written: a
 * double that was computed has as many as doubles have, and lies next to the amount that was meant.
 */
import { WrittenNumber, withoutExponent } from './exact-number.ts';

/** Who writes fewer has chosen them. */
const SIGNIFICANT = 15;

/** Less than a hundred-thousandth of a cent above whole cents, or below. */
const NEXT_TO_CENTS = /^(-?)(\d{1,8})\.(\d\d)(0{5}|9{5})\d*$/;

/** @returns whole cents; undefined if it isn't a number, or text of one, that only the noise of doubles keeps from whole cents */
export function centsNextTo(value: unknown): number | undefined {
  const text = value instanceof WrittenNumber ? value.text : value;
  if (typeof text !== 'number' && typeof text !== 'string') return undefined;
  const plain = withoutExponent(String(text));
  const match = NEXT_TO_CENTS.exec(plain);
  // Only the shortest decimal of a double is one that a program writes.
  if (!match || plain !== withoutExponent(String(Number(text)))) return undefined;
  if (plain.replace(/^-?[0.]*/, '').replace('.', '').length < SIGNIFICANT) return undefined;
  const [, sign, whole = '', decimals = '', next] = match;
  const cents = Number(whole + decimals) + (next === '99999' ? 1 : 0);
  return sign === '-' && cents !== 0 ? -cents : cents;
}
