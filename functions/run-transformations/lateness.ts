/** Decides when late payments are worth an alert. Pure. */

export interface Thresholds {
  /** Late payments of an hour as a share of all its payments; a larger share alerts, from five late ones on. */
  readonly ratio: number;
  /** Late payments of all hours together; more of them alert. */
  readonly count: number;
}

/** An hour in which payments were made. */
export interface HourOfPayments {
  /** "2026-01-02T03:00:00Z" */
  readonly hour: string;
  readonly total: number;
  readonly late: number;
  /** Of the late ones, those that came in the time that is judged. */
  readonly lateLately: number;
}

export interface Judgement {
  /** Each limit that was passed; empty if there is no reason to alert. */
  readonly reasons: readonly string[];
  /** The worst ten of the hours that passed the ratio, the worst first. */
  readonly lateHours: readonly string[];
  /** All hours that passed it. */
  readonly lateHoursCount: number;
  /** Payments that came late in the time that is judged. */
  readonly late: number;
  /** All payments of their hours. */
  readonly total: number;
}

/** From LATE_RATIO_THRESHOLD (default 0.1) and LATE_COUNT_THRESHOLD (default 1000). */
export function thresholds(env: NodeJS.ProcessEnv = process.env): Thresholds {
  return { ratio: number('LATE_RATIO_THRESHOLD', 0.1, env), count: number('LATE_COUNT_THRESHOLD', 1000, env) };
}

/** An SNS message has room for many more, but a person reads no more. */
const NAMED_HOURS = 10;

/** In a quiet hour one late payment may be all there are; it would alert with each run for a day. */
export const LEAST_LATE = 5;

/** Each hour is judged by itself: punctual payments of others, such as those of a clock that is years ahead, hide nothing. */
export function reasonsToAlert(hours: readonly HourOfPayments[], { ratio, count }: Thresholds): Judgement {
  const sum = (of: (hour: HourOfPayments) => number) => hours.reduce((all, hour) => all + of(hour), 0);
  const late = sum(({ lateLately }) => lateLately);
  const over = hours.filter((hour) => isLate(hour, ratio)).sort((one, other) => share(other) - share(one));
  const worst = over.slice(0, NAMED_HOURS);
  const rest =
    over.length > NAMED_HOURS ? [`the ratio of ${over.length - NAMED_HOURS} more hours is over the limit`] : [];
  return {
    reasons: [
      ...worst.map((hour) => describe(hour, ratio)),
      ...rest,
      ...(late > count ? [`${late} are late; the limit is ${count}`] : []),
    ],
    lateHours: worst.map(({ hour }) => hour),
    lateHoursCount: over.length,
    late,
    total: sum(({ total }) => total),
  };
}

/** Whether too large a share of the hour's payments came late. */
export const isLate = (hour: Pick<HourOfPayments, 'late' | 'total'>, ratio: number): boolean =>
  hour.late >= LEAST_LATE && share(hour) > ratio;

const share = ({ late, total }: Pick<HourOfPayments, 'late' | 'total'>): number => late / total;

const describe = (hour: HourOfPayments, ratio: number): string =>
  `${hour.late} of ${hour.total} of the hour ${hour.hour} are late, a ratio of ${Number(share(hour).toFixed(6))}; ` +
  `the limit is ${ratio}`;

function number(name: string, otherwise: number, env: NodeJS.ProcessEnv): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!(value >= 0)) throw new Error(`Environment variable ${name} must be a number of at least 0, got ${text}.`);
  return value;
}
