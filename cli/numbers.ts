/** Numbers as people write them on the command line, and as they read them. */
import { UserError } from './command.ts';

/** Both ends included. */
interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * @param option such as `--rate`, for the message
 * @returns undefined if the option was not given
 * @throws UserError naming the option and what it takes
 */
export function readNumber(option: string, text: string, bounds: Bounds): number;
export function readNumber(option: string, text: string | undefined, bounds: Bounds): number | undefined;
export function readNumber(option: string, text: string | undefined, { min, max }: Bounds): number | undefined {
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value >= min && value <= max) return value;
  throw new UserError(`${option}: expected a number from ${min} to ${max}, got "${text}"`);
}

/** As readNumber, without fractions. */
export function readWholeNumber(option: string, text: string, bounds?: Partial<Bounds>): number;
export function readWholeNumber(option: string, text: string | undefined, bounds?: Partial<Bounds>): number | undefined;
export function readWholeNumber(
  option: string,
  text: string | undefined,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: Partial<Bounds> = {},
): number | undefined {
  if (text === undefined) return undefined;
  const value = parse(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UserError(`${option}: expected a whole number from ${min} to ${max}, got "${text}"`);
}

/** @param what the id is of, for the message */
export function readId(text: string, what: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UserError(`Expected the id of ${what}, got ${text}`);
}

/** Ids, each once, in the order given. */
export const readIds = (texts: readonly string[], what: string): number[] => [
  ...new Set(texts.map((text) => readId(text, what))),
];

/** 1234567 → "1,234,567" */
export const formatCount = (count: number): string => count.toLocaleString('en');

/** NaN for empty text, which Number would take for 0. */
const parse = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
