/** A ledger with a long history, made by SQL alone: as many deliveries as one likes, and of everything else what a shop would have. */
import type { Pool } from '#adapters/postgres/index.ts';

/** Of a hundred deliveries: sales have the shortest window, so most are theirs (docs/scale.md). */
const TOPICS = [
  { topic: 'online_orders', consumer: 'update-inventory', share: 42, lake: null },
  { topic: 'store_sales', consumer: 'update-inventory', share: 38, lake: null },
  { topic: 'supplier_restocks', consumer: 'update-inventory', share: 4, lake: null },
  { topic: 'transactions', consumer: 'store-transactions', share: 9, lake: null },
  { topic: 'orders', consumer: 'archive-orders', share: 5, lake: 'raw/orders' },
  { topic: 'user_events', consumer: 'archive-user-events', share: 2, lake: 'bronze/user_events' },
] as const;

const PARTITIONS = 4;
/** Records of a delivery, of which one is rejected in every tenth delivery. */
const RECORDS = 10;

/** @param deliveries how many, in rounds of a hundred for each partition */
export async function fillLedger(pool: Pool, deliveries: number): Promise<void> {
  await pool.query('alter table ledger.deliveries disable trigger user; alter table ledger.loads disable trigger user');
  const rounds = Math.ceil(deliveries / (100 * PARTITIONS));
  for (const { topic, consumer, share, lake } of TOPICS) {
    const each = rounds * share;
    await pool.query(
      `insert into ledger.partitions (consumer, topic, partition, start_offset, next_offset)
       select $1, $2, partition, 0, $3::bigint * ${RECORDS} from generate_series(0, ${PARTITIONS - 1}) as partition`,
      [consumer, topic, each],
    );
    for (let from = 0; from < each; from += STEP) {
      await pool.query(
        `insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted, rejected,
           source_sha256, object_key, object_sha256, object_bytes, rows_fingerprint, planned_at, committed_at, first_timestamp,
           last_timestamp)
         select $1::text, $2::text, partition, n * ${RECORDS}, n * ${RECORDS} + ${RECORDS - 1}, 'committed', ${RECORDS},
           ${RECORDS} - (n % 10 = 0)::int, (n % 10 = 0)::int, md5(n::text), $3::text || '/' || partition || '/' || n, md5(n::text), 5000,
           0, at, at, at - interval '5 seconds', at - interval '1 second'
         from generate_series($4::bigint, $5::bigint - 1) as n,
           generate_series(0, ${PARTITIONS - 1}) as partition,
           lateral (select now() - ($6 - n) * interval '1 second' as at) as times`,
        [consumer, topic, lake, from, Math.min(from + STEP, each), each],
      );
    }
  }
  await pool.query(REST);
  await pool.query('alter table ledger.deliveries enable trigger user; alter table ledger.loads enable trigger user');
  await pool.query('select ledger.count_again()');
}

const STEP = 5_000;

/** What follows from the deliveries: all but the newest objects are loaded, curated and in gold, and all but the newest closed. */
const REST = `
  insert into ledger.dead_letters (delivery_id, consumer, topic, partition, record_offset, kafka_timestamp, record_value, reason, message)
  select
    delivery_id, consumer, topic, partition, first_offset, committed_at, 'not json',
    (array['not_json', 'missing_field', 'invalid_amount', 'conflict', 'unknown_product'])[1 + delivery_id % 5], 'a message of a dead letter'
  from ledger.deliveries where rejected > 0 order by delivery_id;

  insert into ledger.loads (delivery_id, rows, inserted, duplicates, conflicts, run_id)
  select delivery_id, accepted, accepted, 0, 0, 'benchmark'
  from ledger.deliveries where topic = 'orders' and last_offset < (select max(next_offset) - 100 from ledger.partitions where topic = 'orders');

  insert into curated.curations (delivery_id) select delivery_id from ledger.loads order by delivery_id;

  insert into gold.aggregations (delivery_id, event_dates)
  select delivery_id, array[current_date] from ledger.deliveries
  where topic = 'user_events' and last_offset < (select max(next_offset) - 1000 from ledger.partitions where topic = 'user_events');

  insert into ledger.announcements (delivery_id, movements, on_hand, sent_at, sent_hour)
  select delivery_id, accepted, '{}', committed_at, delivery_id / 10000 from ledger.deliveries where consumer = 'update-inventory';

  insert into ledger.closed_partitions
  select
    consumer, topic, partition, next_offset - case topic when 'orders' then 100 else 1000 end, next_offset - 1000,
    0, 0, 0, 0, 0, 0, 0, 0, 0
  from ledger.partitions;
  update ledger.closing set closed_at = now() - interval '1 hour', closings = 1;

  insert into shop.products select 'p-' || n, 'Product ' || n, 'books', 9.99 from generate_series(1, 1000) as n;
  insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) select product_id, 1000, 1000 from shop.products;

  insert into curated.dim_customers (customer_id, country, segment)
  select md5(n::text)::uuid, 'DE', 'unknown' from generate_series(1, 1000) as n;
  insert into payments.transformed_hours (event_hour, transformed_at, indexed_as_of)
  select at, at, at from generate_series(now() - interval '1 year', now(), interval '1 hour') as at`;

/** Orders in curated, which are counted at ease. */
export const fillCurated = (pool: Pool, orders: number): Promise<unknown> =>
  pool.query(
    `alter table curated.fact_orders disable trigger user;
     insert into curated.fact_orders (order_id, customer_id, order_date, created_at, amount, currency, category, country, customer_segment)
     select gen_random_uuid(), md5((n % 1000)::text)::uuid, current_date, now(), 9.99, 'EUR', 'books', 'DE', 'unknown'
     from generate_series(1, ${Math.round(orders)}) as n;
     alter table curated.fact_orders enable trigger user`,
  );
