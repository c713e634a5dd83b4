/** How much is in places of which nobody keeps count, and when the newest came. */
import type { Transaction } from '#adapters/postgres/index.ts';

/** Rows are counted, so this is asked at ease. */
export interface Counts {
  readonly products: number;
  /** Orders in curated. */
  readonly curated: number;
  /** Hours of payments that are in the index. */
  readonly hours: number;
  /** Days of clicks or orders. */
  readonly days: number;
}

const COUNTS = `
  select
    (select count(*) from inventory.inventory) as products,
    (select count(*) from curated.fact_orders) as curated,
    (select count(*) from payments.transformed_hours where indexed_as_of = transformed_at) as hours,
    (
      select count(*)
      from (select event_date from gold.daily_product_clicks union select order_date from gold.daily_orders) as days
    ) as days`;

export async function readCounts(transaction: Transaction): Promise<Counts> {
  const [counts] = (await transaction.query<Counts>(COUNTS)).rows as [Counts];
  return counts;
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
