/** Payments by the hour, as plots have them. Pure. */
import type { Hour } from '#operations/payments/look.ts';
import { count, some, UNKNOWN } from './numbers.ts';
import type { Series } from './series.ts';

/** @param line from which share on the alert tells */
export const seriesOf = (hours: readonly Hour[], line: number): Series => ({
  times: hours.map(({ hour }) => Date.parse(hour) / 1000),
  values: {
    payments: hours.map(({ payments }) => payments),
    ratio: hours.map(({ ratio }) => ratio),
    line: hours.map(() => line),
  },
});

export const totalsOf = (hours: readonly Hour[]) => ({
  payments: hours.reduce((sum, { payments }) => sum + payments, 0),
  late: hours.reduce((sum, { late }) => sum + late, 0),
  overLine: hours.filter(({ isLate }) => isLate).length,
});

/** Of no hour it isn't known: payments wait for the DAG. */
export function sayLateHours(hours: readonly Hour[]): string {
  if (hours.length === 0) return 'Not known yet which are over the line';
  const { overLine } = totalsOf(hours);
  return overLine > 0 ? `${some(overLine, 'hours')} over the line` : 'None over the line';
}

/** @param bounds in seconds @param late above which a payment is late */
export const latencyBars = (hours: readonly Hour[], bounds: readonly number[], late: number) =>
  [...bounds, undefined].map((bound, at) => {
    const value = hours.reduce((sum, { took }) => sum + (took[at] ?? 0), 0);
    return { label: classOf(bound, bounds, late), value, said: count(value) };
  });

function classOf(bound: number | undefined, bounds: readonly number[], late: number): string {
  if (bound === undefined) return `over ${saySeconds(bounds.at(-1) ?? 0)}`;
  if (bound === 0) return '0 s or less: a clock ahead';
  return `up to ${saySeconds(bound)}${bound === late ? ', above is late' : ''}`;
}

/** Exactly: 90 is "90 s", 120 is "2 min". */
export function saySeconds(seconds: number): string {
  if (seconds % 60 !== 0) return `${seconds} s`;
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${seconds / 60} min`;
}

export const sayShare = (share: number | null | undefined): string =>
  share === null || share === undefined ? UNKNOWN : `${Number((share * 100).toFixed(2))} %`;
