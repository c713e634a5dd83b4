/**
 * Times that are numbers: so many units since 1970-01-01 UTC. The unit is declared, never guessed; what would be no time of a shop in
 * it is refused, since then the unit is most likely another one.
 */
import { Unusable } from './dead-letters.ts';
import { WrittenNumber, withoutExponent } from './exact-number.ts';
import { formatMicros } from './time.ts';

/** How many of a unit's decimals a microsecond is. */
const decimals = { epoch_seconds: 6, epoch_milliseconds: 3, epoch_microseconds: 0 } as const;

export type EpochUnit = keyof typeof decimals;

export const EPOCH_UNITS = Object.keys(decimals) as EpochUnit[];

/** 1990 to 2100, in microseconds. In two units no number can mean a time of these years, so several may be declared. */
const EARLIEST = 631_152_000_000_000;
const LATEST = 4_102_444_800_000_000;

/** Microseconds of one unit, and what is plausible: from `from` to before `to`, in the unit. */
export function plausible(unit: EpochUnit): { readonly micros: number; readonly from: number; readonly to: number } {
  const micros = 10 ** decimals[unit];
  return { micros, from: EARLIEST / micros, to: LATEST / micros };
}

/** Up to 20 digits: more can be no time in any unit, and a bigint of thousands would take long. */
const DECIMAL = /^(-?\d{1,20})(?:\.(\d+))?$/;

/** Whether it is a number, or text that is one. */
export const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' ||
  value instanceof WrittenNumber ||
  (typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value));

/**
 * Reads a number, or decimal text, of one of the units as microseconds; decimals past the microsecond are cut off.
 *
 * @param value for which `isNumeric` holds
 * @throws Unusable `invalid_timestamp` for a time before 1990 or from 2100 on
 */
export function parseEpoch(value: unknown, units: readonly EpochUnit[]): bigint {
  const text = value instanceof WrittenNumber ? value.text : String(value);
  const match = DECIMAL.exec(withoutExponent(text));
  const read = (unit: EpochUnit) => match && microsOf(match, decimals[unit]);
  for (const unit of units) {
    const micros = read(unit);
    if (micros !== null && isPlausible(micros)) return micros;
  }
  const other = EPOCH_UNITS.find((unit) => isPlausible(read(unit) ?? -1n));
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  throw new Unusable(
    'invalid_timestamp',
    `expected ${units.join(' or ')} of the years 1990 to 2099, got ${shown}` +
      (other ? `; the unit looks wrong: as ${other} it would be ${formatMicros(read(other) as bigint)}` : ''),
  );
}

function microsOf([, whole = '', fraction = '']: RegExpExecArray, places: number): bigint {
  return BigInt(whole + fraction.slice(0, places).padEnd(places, '0'));
}

/** Microseconds since 1970 as text of a number of the unit, every digit kept: what parseEpoch reads. */
export function formatEpoch(micros: bigint, unit: EpochUnit): string {
  const places = decimals[unit];
  if (places === 0) return String(micros);
  const digits = String(micros);
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const isPlausible = (micros: bigint): boolean => micros >= EARLIEST && micros < LATEST;
