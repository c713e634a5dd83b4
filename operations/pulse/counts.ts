/** How much is in places of which nobody keeps count, and when the newest came. */
import type { Transaction } from '#adapters/postgres/index.ts';

/** Rows are counted, so each is asked at ease, by itself: where there are too many of one to be counted in time, the others are known. */
export const COUNTS = {
  products: 'select count(*) as count from inventory.inventory',
  /** Hours of payments that are in the index. */
  hours: 'select count(*) as count from payments.transformed_hours where indexed_as_of = transformed_at',
  /** Days of clicks or orders. */
  days: `
    select count(*) as count
    from (select event_date from gold.daily_product_clicks union select order_date from gold.daily_orders) as days`,
  /** Orders in curated. */
  curated: 'select count(*) as count from curated.fact_orders',
} as const;

/** Null where nobody knows. */
export type Counts = Readonly<Record<keyof typeof COUNTS, number | null>>;

export async function readCount(transaction: Transaction, what: keyof Counts): Promise<number> {
  const [{ count }] = (await transaction.query<{ count: number }>(COUNTS[what])).rows as [{ count: number }];
  return count;
}

/** The newest of each: seconds since it came; null if nothing has come yet. */
export interface Newest {
  readonly letters: number | null;
  readonly curated: number | null;
  readonly announced: number | null;
  readonly metrics: number | null;
  readonly gold: number | null;
  /** The id of the newest note in ledger.proofs. */
  readonly proof: number | null;
}

/** Each by an index, from its end: a job takes deliveries in about the order of their ids. */
const NEWEST = `
  with letters as (
    select failed_at from ledger.dead_letters order by dead_letter_id desc limit 1
  ),

  curations as (
    select curated_at from curated.curations order by delivery_id desc limit 16
  ),

  announcements as (
    select sent_at from ledger.announcements where sent_at is not null order by sent_hour desc, announcement_id desc limit 1
  ),

  hours as (
    select transformed_at from payments.transformed_hours order by transformed_at desc limit 1
  ),

  aggregations as (
    select aggregated_at from gold.aggregations order by delivery_id desc limit 16
  )

  select
    extract(epoch from clock_timestamp() - (select failed_at from letters))::float8 as letters,
    extract(epoch from clock_timestamp() - (select max(curated_at) from curations))::float8 as curated,
    extract(epoch from clock_timestamp() - (select sent_at from announcements))::float8 as announced,
    extract(epoch from clock_timestamp() - (select transformed_at from hours))::float8 as metrics,
    extract(epoch from clock_timestamp() - (select max(aggregated_at) from aggregations))::float8 as gold,
    (select max(proof_id) from ledger.proofs) as proof`;

export async function readNewest(transaction: Transaction): Promise<Newest> {
  const [newest] = (await transaction.query<Newest>(NEWEST)).rows as [Newest];
  return newest;
}

/** Messages that wait for Kafka, by topic. */
const UNSENT = 'select topic, sum(messages)::bigint as messages from ledger.waiting group by topic';

export async function readUnsentByTopic(transaction: Transaction): Promise<ReadonlyMap<string, number>> {
  const { rows } = await transaction.query<{ topic: string; messages: number }>(UNSENT);
  return new Map(rows.map(({ topic, messages }) => [topic, messages]));
}
