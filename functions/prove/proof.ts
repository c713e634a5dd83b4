/** What the proof says. The shape is public: `npx tillstream proof --json` prints it. */
import type { OffsetRange } from '#domain/deliveries.ts';

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
   * Consumed records that are usable and new, that repeat a key, and that became dead letters; they add up to
   * `consumed`. A repeated user event is accepted: bronze keeps it, and gold counts it once.
   */
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Records in Kafka that were not yet consumed. */
  readonly lag: number;
  /** Rows in committed lake objects, for a stream that goes to the lake. */
  readonly archived?: number;
  /** Rows that the loads put into the warehouse, for a stream that goes there. */
  readonly loaded?: number;
}

export interface Proof {
  readonly balanced: boolean;
  /** Whether everything was read, what earlier proofs have closed included. */
  readonly all?: boolean;
  /** How far back was read, in words. */
  readonly read?: string;
  readonly checks: readonly Check[];
  readonly streams: Readonly<Record<string, StreamTotals>>;
}

const MOST_PLACES = 50;

/**
 * A check that is balanced when both sides are equal and nothing is named as off.
 *
 * @param places how many places are off, where `where` has only some of them
 */
export function check(
  name: string,
  expected: number | string,
  actual: number | string,
  where: readonly string[] = [],
  places = where.length,
): Check {
  const balanced = expected === actual && where.length === 0;
  const shown = where.slice(0, MOST_PLACES);
  if (places > shown.length) shown.push(`… and ${places - shown.length} more`);
  return { name, balanced, expected, actual, where: shown };
}

/** Faults that a query counted in full and named in part. */
export interface Faults {
  readonly total: number;
  readonly examples: readonly string[];
}

/** @param rows examples, each with the count of all */
export function faultsIn<Row extends { readonly total: number }>(
  rows: readonly Row[],
  describe: (example: Row) => string,
): Faults {
  return { total: rows[0]?.total ?? 0, examples: rows.map(describe) };
}

/** A check that is balanced when there are none of these faults. */
export function noFaults(name: string, ...faults: readonly Faults[]): Check {
  const total = faults.reduce((sum, each) => sum + each.total, 0);
  return check(
    name,
    0,
    total,
    faults.flatMap(({ examples }) => examples),
    total,
  );
}

export function summarize(
  checks: readonly Check[],
  streams: Proof['streams'],
  { all, read }: Pick<Proof, 'all' | 'read'> = {},
): Proof {
  const balanced = checks.every((each) => each.balanced);
  return { balanced, ...(all !== undefined && { all }), ...(read !== undefined && { read }), checks, streams };
}

/** Offsets of one partition, both inclusive. */
export interface PartitionRange extends OffsetRange {
  readonly topic: string;
  readonly partition: number;
}

/** "orders partition 2 offsets 100-199" */
export function locate({ topic, partition, firstOffset, lastOffset }: PartitionRange): string {
  const offsets = firstOffset === lastOffset ? `offset ${firstOffset}` : `offsets ${firstOffset}-${lastOffset}`;
  return `${topic} partition ${partition} ${offsets}`;
}
