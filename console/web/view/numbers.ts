/** Figures as people read them. One that nobody knows is a question mark: never a 0, never a blank. */

export const UNKNOWN = '?';

const grouped = new Intl.NumberFormat('en');

/** @returns such as '739,321' */
export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? UNKNOWN : grouped.format(Math.round(value));

/** A rate or a time: below 10 it has a decimal, since 0.4 is not nothing. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  // Less than shows, and yet not nothing.
  if (value > 0 && value < 0.05) return '< 0.1';
  return Math.abs(value) < 9.95 && value !== Math.round(value) ? value.toFixed(1) : count(value);
}

/** @param noun in the plural; its s goes if there is one: '1 letter', '2 letters' */
export const some = (value: number, noun: string): string =>
  `${count(value)} ${value === 1 ? noun.replace(/s$/, '') : noun}`;

/** For where there is little room: exact below a million. */
export const short = (value: number | null | undefined): string =>
  value === null || value === undefined || value < 1_000_000
    ? count(value)
    : value < 100_000_000
      ? `${(value / 1_000_000).toPrecision(3)} M`
      : `${count(value / 1_000_000)} M`;

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** @returns such as '4.8 KB', in thousands as bills have them */
export function size(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return UNKNOWN;
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${power === 0 || value >= 99.5 ? count(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** Of an estimate: cents below ten dollars, since more would say what nobody knows. */
export const dollars = (amount: number): string => (amount < 9.995 ? `$${amount.toFixed(2)}` : `$${count(amount)}`);
