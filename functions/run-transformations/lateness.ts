/** When late transactions are worth an alert. */

export interface Thresholds {
  /** Late transactions to all; more than this alerts. */
  readonly ratio: number;
  /** Late transactions; more than this alerts. */
  readonly count: number;
}

export interface Lateness {
  readonly late_transactions: number;
  readonly total_transactions: number;
  readonly late_ratio: number;
}

/** From LATE_RATIO_THRESHOLD (default 0.1) and LATE_COUNT_THRESHOLD (default 1000). */
export function thresholds(env: NodeJS.ProcessEnv = process.env): Thresholds {
  return { ratio: number('LATE_RATIO_THRESHOLD', 0.1, env), count: number('LATE_COUNT_THRESHOLD', 1000, env) };
}

/** Why to alert; empty if there is no reason. */
export function reasonsToAlert(lateness: Lateness, { ratio, count }: Thresholds): string[] {
  const { late_transactions, total_transactions, late_ratio } = lateness;
  const reasons: string[] = [];
  if (late_ratio > ratio)
    reasons.push(
      `${late_transactions} of ${total_transactions} are late, a ratio of ${late_ratio}; the limit is ${ratio}`,
    );
  if (late_transactions > count) reasons.push(`${late_transactions} are late; the limit is ${count}`);
  return reasons;
}

function number(name: string, otherwise: number, env: NodeJS.ProcessEnv): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!(value >= 0)) throw new Error(`Environment variable ${name} must be a number of at least 0, got ${text}.`);
  return value;
}
