/** A history as the pipelines leave it, made by SQL alone, an hour at a time: what the proof reads of it is as large as in a shop. */
import type { Pool } from '#adapters/postgres/index.ts';
import { type Stream, streams } from '#domain/streams.ts';

/** Records of a delivery. */
const BATCH = 1_000;
const PARTITIONS = 4;

/** Deliveries of an hour, by topic: a quarter of each partition. 96,000 records, and as many user events. */
export const HOUR = {
  orders: 24,
  transactions: 24,
  online_orders: 24,
  store_sales: 20,
  supplier_restocks: 4,
  user_events: 96,
} as const;

export const RECORDS_AN_HOUR =
  BATCH * (HOUR.orders + HOUR.transactions + HOUR.online_orders + HOUR.store_sales + HOUR.supplier_restocks);

/** Of every batch of orders. */
const REJECTED = 10;
const PRODUCTS = 1_000;

export async function openShop(pool: Pool): Promise<void> {
  await pool.query(
    `insert into shop.products select 'p-' || n, 'Product ' || n, 'books', 9.99 from generate_series(1, ${PRODUCTS}) as n`,
  );
  await pool.query(
    `insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) select product_id, 1000, 1000 from shop.products`,
  );
  for (const { consumer, topic } of Object.values(streams) as Stream[])
    await pool.query(
      `insert into ledger.partitions (consumer, topic, partition, start_offset, next_offset)
       select $1, $2, n, 0, 0 from generate_series(0, ${PARTITIONS - 1}) as n`,
      [consumer, topic],
    );
}

/** Adds these hours. @param first their number, since the first of all */
export async function addHours(pool: Pool, first: number, hours: number): Promise<void> {
  // Each row would rewrite its partition's totals, of which a single statement keeps all versions: that is quadratic.
  await pool.query(COUNTING.replaceAll('SWITCH', 'disable'));
  const at = (deliveries: number) => [first * deliveries, hours * deliveries] as const;
  await addPayments(pool, ...at(HOUR.transactions));
  await addOrders(pool, ...at(HOUR.orders));
  for (const topic of ['online_orders', 'store_sales', 'supplier_restocks'] as const)
    await addMovements(pool, topic, ...at(HOUR[topic]));
  await addUserEvents(pool, ...at(HOUR.user_events));
  await pool.query(`
    update ledger.partitions set next_offset = last_offset + 1
    from (
      select consumer, topic, partition, max(last_offset) as last_offset from ledger.deliveries group by consumer, topic, partition
    ) as delivered
    where (partitions.consumer, partitions.topic, partitions.partition)
      = (delivered.consumer, delivered.topic, delivered.partition)`);
  await pool.query(COUNTING.replaceAll('SWITCH', 'enable'));
  await pool.query('select ledger.count_again()');
}

const COUNTING = `
  alter table ledger.deliveries SWITCH trigger count_delivery;
  alter table ledger.loads SWITCH trigger count_load`;

/** New deliveries from the number $1 on, $2 of them, in turns of the partitions. */
const DELIVERIES = `
  delivery as materialized (
    select
      nextval('ledger.deliveries_delivery_id_seq') as delivery_id,
      n % ${PARTITIONS} as partition,
      n / ${PARTITIONS} * ${BATCH} as first_offset
    from generate_series($1::bigint, $1::bigint + $2::bigint - 1) as n
  ),
  record as (
    select *, first_offset + n as kafka_offset from delivery, generate_series(0, ${BATCH - 1}) as n
  )`;

const COLUMNS = `
  delivery_id, consumer, topic, partition, first_offset, last_offset, state, records, accepted, duplicates, rejected, amount,
  source_sha256, object_key, object_sha256, object_bytes, committed_at, rows_fingerprint`;

const hash = (text: string) => `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;

/** They are of the hour in which they arrive, at 24 deliveries an hour. */
const addPayments = (pool: Pool, from: number, count: number) =>
  pool.query(
    `with ${DELIVERIES},
     arrival as (
       select *, timestamptz '2025-12-11T00:00:00Z' + (first_offset / ${BATCH} * ${PARTITIONS} + partition) * interval '150 seconds'
         + n * interval '0.15 seconds' as at
       from record
     ),
     stored as (
       insert into payments.transactions
       select
         gen_random_uuid(), md5(floor(random() * 100000)::text)::uuid, (n % 50000) / 100.0, 'EUR', 'completed',
         at, at + interval '5 seconds', partition, kafka_offset, delivery_id
       from arrival
       returning *, payments.fingerprint(transactions) as fingerprint
     ),
     cleaned as (
       insert into payments.transactions_clean (transaction_id, user_id, amount, currency, status, event_time, processing_time,
         event_date, event_hour, latency_seconds, is_late, is_ahead)
       select
         transaction_id, user_id, amount, currency, status, event_time, processing_time,
         (event_time at time zone 'UTC')::date, date_trunc('hour', event_time, 'UTC'), 5, false, false
       from stored
       returning event_hour
     ),
     transformed as (
       insert into payments.transformed_hours select distinct event_hour, now(), now() from cleaned
       on conflict (event_hour) do update set transformed_at = excluded.transformed_at, indexed_as_of = excluded.indexed_as_of
     )
     insert into ledger.deliveries (${COLUMNS})
     overriding system value
     select
       delivery_id, 'store-transactions', 'transactions', delivery.partition, first_offset, first_offset + ${BATCH - 1}, 'committed',
       ${BATCH}, ${BATCH}, 0, 0, null, ${hash('delivery_id::text')}, null, null, null, clock_timestamp(), sum(fingerprint)
     from delivery
     inner join stored using (delivery_id)
     group by delivery_id, delivery.partition, first_offset`,
    [from, count],
  );

async function addOrders(pool: Pool, from: number, count: number): Promise<void> {
  await pool.query(
    `with ${DELIVERIES},
     loaded as (
       insert into warehouse.fact_orders
       select
         gen_random_uuid(), md5(floor(random() * 100000)::text)::uuid, 'p-' || n % ${PRODUCTS} + 1, delivery_id, kafka_offset,
         (n % 50000) / 100.0, 1, 'EUR', 'books', 'DE', timestamptz '2025-12-11T00:00:00Z' + delivery_id * interval '30 seconds'
       from record
       where n >= ${REJECTED}
       returning delivery_id, amount, warehouse.fingerprint(fact_orders) as fingerprint
     ),
     load as (
       select delivery_id, count(*)::int as rows, sum(amount) as amount, sum(fingerprint) as fingerprint from loaded group by delivery_id
     ),
     archived as (
       insert into ledger.deliveries (${COLUMNS})
       overriding system value
       select
         delivery_id, 'archive-orders', 'orders', partition, first_offset, first_offset + ${BATCH - 1}, 'committed',
         ${BATCH}, rows, 0, ${BATCH} - rows, amount, ${hash('delivery_id::text')}, 'raw/orders/' || delivery_id,
         ${hash("'object' || delivery_id")}, 50000, clock_timestamp(), null
       from delivery
       inner join load using (delivery_id)
     )
     insert into ledger.loads
     select delivery_id, rows, rows, 0, 0, amount, 0, 'benchmark', clock_timestamp(), fingerprint from load`,
    [from, count],
  );
  await pool.query(`
    with refused as (
      insert into ledger.dead_letters (delivery_id, consumer, topic, partition, record_offset, kafka_timestamp, record_value, reason, message)
      select delivery_id, consumer, topic, partition, first_offset + n, now(), 'not json', 'not_json', 'not JSON'
      from ledger.deliveries, generate_series(0, ${REJECTED - 1}) as n
      where consumer = 'archive-orders' and not exists (select from curated.curations where curations.delivery_id = deliveries.delivery_id)
      returning dead_letter_id
    )
    insert into ledger.outbox (topic, dead_letter_id, sent_at) select 'dlq', dead_letter_id, now() from refused`);
  await pool.query(`
    with cleaned as (
      insert into ledger.outbox (topic, record_key, record_value, sent_at)
      select 'orders_cleaned', convert_to(order_id::text, 'UTF8'), convert_to(to_jsonb(fact_orders)::text, 'UTF8'), now()
      from warehouse.fact_orders
      where delivery_id > (select coalesce(max(delivery_id), 0) from curated.curations)
    )
    insert into curated.curations (delivery_id)
    select delivery_id from ledger.loads where delivery_id > (select coalesce(max(delivery_id), 0) from curated.curations)`);
}

const addMovements = (pool: Pool, topic: string, from: number, count: number) =>
  pool.query(
    `with ${DELIVERIES},
     logged as (
       insert into inventory.events_log
       select
         $3, partition, kafka_offset, left($3, 2) || delivery_id || '-' || n, 'p-' || (delivery_id + n) % ${PRODUCTS} + 1,
         'o-' || delivery_id || '-' || n, case $3 when 'supplier_restocks' then 10 else -1 end, 'processed',
         format('{"event_id": "%s-%s", "product_id": "p-%s", "quantity": 1, "timestamp": "2026-01-02T03:04:05Z"}', delivery_id, n, n),
         now(), now(), delivery_id
       from record
       returning *, inventory.fingerprint(events_log) as fingerprint
     ),
     ordered as (
       insert into inventory.orders
       select event_id, order_id, product_id, -change, topic, occurred_at from logged where change < 0
     ),
     announced as (
       insert into ledger.announcements (delivery_id, movements, on_hand, sent_at)
       select delivery_id, count(*), jsonb_object_agg(product_id, 1), now() from logged group by delivery_id
     ),
     moved as (
       update inventory.inventory set quantity_on_hand = quantity_on_hand + change
       from (select product_id, sum(change) as change from logged group by product_id) as movement
       where movement.product_id = inventory.product_id
     )
     insert into ledger.deliveries (${COLUMNS})
     overriding system value
     select
       delivery_id, 'update-inventory', $3, delivery.partition, first_offset, first_offset + ${BATCH - 1}, 'committed',
       ${BATCH}, ${BATCH}, 0, 0, null, ${hash('delivery_id::text')}, null, null, null, clock_timestamp(), sum(fingerprint)
     from delivery
     inner join logged using (delivery_id)
     group by delivery_id, delivery.partition, first_offset`,
    [from, count, topic],
  );

const addUserEvents = (pool: Pool, from: number, count: number) =>
  pool.query(
    `with ${DELIVERIES},
     archived as (
       insert into ledger.deliveries (${COLUMNS})
       overriding system value
       select
         delivery_id, 'archive-user-events', 'user_events', partition, first_offset, first_offset + ${BATCH - 1}, 'committed',
         ${BATCH}, ${BATCH}, 0, 0, null, ${hash('delivery_id::text')}, 'bronze/user_events/' || delivery_id,
         ${hash("'object' || delivery_id")}, 50000, clock_timestamp(), null
       from delivery
       where exists (select from record)
       returning delivery_id
     )
     insert into gold.aggregations (delivery_id, event_dates) select delivery_id, '{2025-12-11}' from archived`,
    [from, count],
  );
