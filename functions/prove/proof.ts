/** What the proof says. The shape is public: `npx tillstream proof --json` prints it. */

export interface Check {
  readonly name: string;
  readonly balanced: boolean;
  readonly expected: number | string;
  readonly actual: number | string;
  /** What is off, by partition and offset, at most `MOST_PLACES` of it; empty when balanced. */
  readonly where: readonly string[];
}

export interface StreamTotals {
  /** Records taken from Kafka. */
  readonly consumed: number;
  /**
   * Of them: usable and seen for the first time, repeats by key, and dead letters. They add up to `consumed`. A repeated
   * user event is accepted: bronze keeps it, and gold counts it once.
   */
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Records in Kafka that were not yet consumed. */
  readonly lag: number;
  /** Rows in committed lake objects, of a stream that goes to the lake. */
  readonly archived?: number;
  /** Rows that the loads put into the warehouse, likewise. */
  readonly loaded?: number;
}

export interface Proof {
  readonly balanced: boolean;
  readonly checks: readonly Check[];
  readonly streams: Readonly<Record<string, StreamTotals>>;
}

const MOST_PLACES = 50;

/** A check that is balanced when both sides are equal and nothing is named as off. */
export function check(
  name: string,
  expected: number | string,
  actual: number | string,
  where: readonly string[] = [],
): Check {
  const balanced = expected === actual && where.length === 0;
  const shown = where.slice(0, MOST_PLACES);
  if (where.length > MOST_PLACES) shown.push(`… and ${where.length - MOST_PLACES} more`);
  return { name, balanced, expected, actual, where: shown };
}

export function summarize(checks: readonly Check[], streams: Proof['streams']): Proof {
  return { balanced: checks.every(({ balanced }) => balanced), checks, streams };
}

/** "orders partition 2 offsets 100-199" */
export function locate(range: { topic: string; partition: number; firstOffset: number; lastOffset: number }): string {
  const { topic, partition, firstOffset, lastOffset } = range;
  const offsets = firstOffset === lastOffset ? `offset ${firstOffset}` : `offsets ${firstOffset}-${lastOffset}`;
  return `${topic} partition ${partition} ${offsets}`;
}
