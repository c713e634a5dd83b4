/** What the ledger says of all partitions, by its totals: it costs the same however long the history is. */
import type { Pool, Transaction } from '#adapters/postgres/index.ts';

export interface LedgerPartition {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  /** The offset with which the account begins, and the next one that the consumer will get. */
  readonly start: number;
  readonly next: number;
  /** Of the committed deliveries: records, and what became of them. */
  readonly records: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Deliveries with an object in the lake. */
  readonly objects: number;
  /** Offsets that retention removed before they were consumed. */
  readonly lost: number;
}

/** What the loads of a topic's objects did. */
export interface LoadTotals {
  readonly loads: number;
  readonly inserted: number;
  readonly duplicates: number;
  readonly conflicts: number;
}

export interface Ledger {
  /** When it was read, ISO 8601, by the database's clock. */
  readonly at: string;
  readonly partitions: readonly LedgerPartition[];
  /** By topic; one without a load is absent. */
  readonly loads: ReadonlyMap<string, LoadTotals>;
}

/** One statement, and so one state of the ledger. A table without rows still gives the time. */
const LEDGER = `
  with partitions as (
    select * from ledger.partitions
  ),

  totals as (
    select * from ledger.delivery_totals
  ),

  losses as (
    select
      consumer,
      topic,
      partition,
      sum(last_offset - first_offset + 1)::bigint as lost
    from ledger.losses
    group by consumer, topic, partition
  ),

  accounts as (
    select
      consumer,
      topic,
      partition,
      start_offset as start,
      next_offset as next,
      coalesce(records, 0) as records,
      coalesce(accepted, 0) as accepted,
      coalesce(duplicates, 0) as duplicates,
      coalesce(rejected, 0) as rejected,
      coalesce(objects, 0) as objects,
      coalesce(lost, 0) as lost
    from partitions
    left join totals using (consumer, topic, partition)
    left join losses using (consumer, topic, partition)
  )

  select
    to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
    (select coalesce(json_agg(accounts order by topic, partition), '[]') from accounts) as partitions,
    (select coalesce(json_agg(load_totals), '[]') from ledger.load_totals) as loads`;

interface Row {
  readonly at: string;
  readonly partitions: readonly LedgerPartition[];
  readonly loads: readonly (LoadTotals & { readonly topic: string })[];
}

export async function readLedger(database: Pool | Transaction): Promise<Ledger> {
  const { rows } = await database.query<Row>(LEDGER);
  const [{ at, partitions, loads }] = rows as [Row];
  return { at, partitions, loads: new Map(loads.map((totals) => [totals.topic, totals])) };
}
