/** What the latest deliveries and loads say of latency and batches: the ledger's own times, so the proof's. */
import type { Transaction } from '#adapters/postgres/index.ts';

export interface Delivered {
  readonly id: number;
  readonly topic: string;
  readonly records: number;
  readonly accepted: number;
  /** Seconds since it was committed. */
  readonly committed: number;
  /** Seconds since Kafka's timestamp of its last record; null if unknown, as the next. */
  readonly last: number | null;
  /** Seconds from Kafka's timestamp of its first record to its commit. */
  readonly latency: number | null;
}

/**
 * The last delivery of each partition, found by the index of the constraint: however rare a stream is, and however many there are of the
 * others. Deliveries that come faster than one looks are seen in part.
 */
export const LATEST_DELIVERIES = `
  select
    latest.delivery_id as id,
    topic,
    latest.records,
    latest.accepted,
    extract(epoch from clock_timestamp() - latest.committed_at)::float8 as committed,
    extract(epoch from clock_timestamp() - latest.last_timestamp)::float8 as last,
    extract(epoch from latest.committed_at - latest.first_timestamp)::float8 as latency
  from ledger.partitions
  cross join lateral (
    select
      delivery_id,
      records,
      accepted,
      committed_at,
      first_timestamp,
      last_timestamp
    from ledger.deliveries
    where
      (deliveries.consumer, deliveries.topic, deliveries.partition) =
        (partitions.consumer, partitions.topic, partitions.partition)
      and state = 'committed'
      and int8range(first_offset, last_offset, '[]') && int8range(next_offset - 1, next_offset)
  ) as latest`;

/** The latest loads, by their objects: those are loaded in about their order. */
export const LATEST_LOADS = `
  with latest as (
    select * from ledger.loads order by delivery_id desc limit 16
  )

  select
    delivery_id as id,
    extract(epoch from clock_timestamp() - loaded_at)::float8 as committed,
    extract(epoch from loaded_at - first_timestamp)::float8 as latency
  from latest
  inner join ledger.deliveries using (delivery_id)`;

export async function readLatestDeliveries(transaction: Transaction): Promise<Delivered[]> {
  return (await transaction.query<Delivered>(LATEST_DELIVERIES)).rows;
}

/** What came to a place and when, newest last. */
export type Arrival = Pick<Delivered, 'id' | 'committed' | 'latency'>;

export async function readLatestLoads(transaction: Transaction): Promise<Arrival[]> {
  return (await transaction.query<Arrival>(LATEST_LOADS)).rows;
}

/** As many as tell a percentile; those of the last ten minutes, since older ones say nothing of now. */
const KEPT = 50;
const KEPT_SECONDS = 600;

interface Sample {
  readonly latency: number | null;
  readonly records: number;
  /** Seconds, by a clock that nobody sets. */
  readonly at: number;
}

/** Keeps the latest samples of each name. */
export function latestSamples() {
  const samples = new Map<string, Map<number, Sample>>();
  return {
    /** @param now seconds, by a clock that nobody sets */
    add(name: string, now: number, arrivals: readonly (Arrival & { readonly records?: number })[]): void {
      const own = samples.get(name) ?? new Map<number, Sample>();
      for (const { id, latency, committed, records = 0 } of arrivals.toSorted((a, b) => b.committed - a.committed))
        if (!own.has(id)) own.set(id, { latency, records, at: now - committed });
      const kept = [...own].filter(([, { at }]) => at >= now - KEPT_SECONDS).slice(-KEPT);
      samples.set(name, new Map(kept));
    },
    /** Of these names together; null without a sample. */
    p95(...names: readonly string[]): number | null {
      const all = names.flatMap((name) => [...(samples.get(name)?.values() ?? [])]);
      return percentile(all.flatMap(({ latency }) => (latency === null ? [] : [latency])));
    },
    /** Mean of the records; null without a sample. */
    batch(name: string): number | null {
      const own = [...(samples.get(name)?.values() ?? [])];
      return own.length === 0 ? null : own.reduce((sum, { records }) => sum + records, 0) / own.length;
    },
  };
}

/** The 95th, by nearest rank; null of nothing. */
export function percentile(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null;
}
