/** Decides when late payments are worth an alert. */

export interface Thresholds {
  /** Late payments as a share of all; a larger share alerts. */
  readonly ratio: number;
  /** Late payments; more of them alert. */
  readonly count: number;
}

export interface Lateness {
  readonly late: number;
  readonly total: number;
  /** Late payments as a share of all. */
  readonly share: number;
}

/** From LATE_RATIO_THRESHOLD (default 0.1) and LATE_COUNT_THRESHOLD (default 1000). */
export function thresholds(env: NodeJS.ProcessEnv = process.env): Thresholds {
  return { ratio: number('LATE_RATIO_THRESHOLD', 0.1, env), count: number('LATE_COUNT_THRESHOLD', 1000, env) };
}

/** @returns each limit that was passed; empty if there is no reason to alert */
export function reasonsToAlert({ late, total, share }: Lateness, { ratio, count }: Thresholds): string[] {
  const reasons: string[] = [];
  if (share > ratio) reasons.push(`${late} of ${total} are late, a ratio of ${share}; the limit is ${ratio}`);
  if (late > count) reasons.push(`${late} are late; the limit is ${count}`);
  return reasons;
}

function number(name: string, otherwise: number, env: NodeJS.ProcessEnv): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!(value >= 0)) throw new Error(`Environment variable ${name} must be a number of at least 0, got ${text}.`);
  return value;
}
