/** How far back a proof reads: to the beginning, or to what an earlier one has closed (sql/migrations/030_closed_ranges.sql). */
import type { Transaction } from '#adapters/postgres/index.ts';
import { query } from './queries.ts';
import { type ProofOptions, reaches } from './request.ts';

/** Deliveries in sum. */
export interface DeliverySums {
  readonly deliveries: number;
  readonly records: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly deadLetters: number;
  /** By the loads, as repeats and conflicts are. */
  readonly inserted: number;
  readonly repeats: number;
  readonly conflicts: number;
  /** Sum of the fingerprints of what the ledger says of them; decimal text. */
  readonly fingerprint: string;
}

/** What is closed of a partition. */
export interface ClosedPartition extends DeliverySums {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  /** Everything before it is closed. */
  readonly beforeOffset: number;
  /** Spark's daily jobs have taken all deliveries before it. */
  readonly takenBefore: number;
}

/** The latest closing, in the proof's snapshot. */
export interface Closing {
  /** How many closings there were. */
  readonly closings: number;
  /** ISO 8601; null if nothing is closed. */
  readonly closedAt: string | null;
  readonly transformedAsOf: string | null;
  /** Hours of payments that waited then to be transformed or indexed, or couldn't be compared with the index; ISO 8601. */
  readonly openHours: readonly string[];
  /** When the snapshot was taken, as PostgreSQL writes it. */
  readonly now: string;
  readonly transformedNow: string | null;
}

/** A partition and the offset to read it from; null and null for all partitions, from the beginning. */
export type Part = readonly [partition: number | null, from: number | null];

export interface Scope {
  /** Everything is read, and what is closed is compared with it. */
  readonly all: boolean;
  readonly closing: Closing;
  /** Of every partition of the ledger, nothing of those of which nothing is closed. */
  readonly partitions: readonly ClosedPartition[];
  /** Notes of partitions that the ledger doesn't know. */
  readonly foreign: readonly ClosedPartition[];
}

/** Depths `rows` and `kafka` always read everything. */
export async function readScope(transaction: Transaction, { depth, all = false }: ProofOptions): Promise<Scope> {
  const [closing] = (await query<Closing>(transaction, 'closing')) as [Closing];
  const found = await query<ClosedPartition & { isKnown: boolean }>(transaction, 'closed_partitions');
  const mayLeaveOut = !all && !reaches(depth, 'rows') && closing.closedAt !== null;
  const readsAll = !mayLeaveOut || (await hasDeliveriesOfBefore(transaction));
  return {
    all: readsAll,
    closing,
    partitions: found.filter(({ isKnown }) => isKnown),
    foreign: found.filter(({ isKnown }) => !isKnown),
  };
}

/**
 * Whether a delivery behind what is closed has no fingerprint, and so rows that bear no id: these are found among all rows only
 * (ledger.placed_rows). Otherwise the transaction reads by indexes from here on.
 */
async function hasDeliveriesOfBefore(transaction: Transaction): Promise<boolean> {
  // PostgreSQL would rather read a whole table than many of its rows by an index: faster now, and slower with each hour of history.
  // A table that it has to read whole then looks so expensive that it would compile the query.
  await transaction.query("select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)");
  const [found] = await query<{ found: boolean }>(transaction, 'closed_without_fingerprint');
  if (!found?.found) return false;
  await transaction.query('set local enable_seqscan to default; set local jit to default');
  return true;
}

/** What to read of a stream. @param from `takenBefore` for what Spark's daily jobs have yet to take */
export function partsOf(
  { all, partitions }: Scope,
  { consumer, topic }: { readonly consumer: string; readonly topic: string },
  from: 'beforeOffset' | 'takenBefore' = 'beforeOffset',
): readonly Part[] {
  if (all) return [[null, null]];
  return ofStream(partitions, { consumer, topic }).map((closed) => [closed.partition, closed[from]]);
}

export const ofStream = (
  partitions: readonly ClosedPartition[],
  { consumer, topic }: { readonly consumer: string; readonly topic: string },
): readonly ClosedPartition[] => partitions.filter((closed) => closed.consumer === consumer && closed.topic === topic);

/** The rows of sql/proof/<name>.sql, whose last two parameters are the part. */
export async function queryParts<Row extends object>(
  transaction: Transaction,
  name: string,
  values: readonly unknown[],
  parts: readonly Part[],
  named?: Readonly<Record<string, string>>,
): Promise<Row[]> {
  const found: Row[][] = [];
  for (const part of parts) found.push(await query<Row>(transaction, name, [...values, ...part], named));
  return found.flat();
}
