/** Finds rows of PostgreSQL by indexes and by the ledger. Only dead letters are all read: the id may be anywhere in them. */
import type { Pool } from '#adapters/postgres/index.ts';
import { inventoryStreams, streams } from '#domain/streams.ts';
import type { Delivery } from './deliveries.ts';
import { MOST, type Place, spellings, toPlaces, uuidOf } from './place.ts';

/** Orders of the shop's history, in the warehouse and in curated, as they are told about there. */
export async function inWarehouse(pool: Pool, id: string): Promise<Place[]> {
  const uuid = uuidOf(id);
  if (!uuid) return [];
  const history = await pool.query('select to_jsonb(history) as row from shop.orders as history where order_id = $1', [
    uuid,
  ]);
  const loaded = await pool.query(
    'select to_jsonb(fact) as row from warehouse.fact_orders as fact where order_id = $1',
    [uuid],
  );
  const curated = await pool.query(
    'select to_jsonb(fact) as row from curated.fact_orders as fact where order_id = $1',
    [uuid],
  );
  return [
    ...history.rows.map(({ row }) => ({ place: 'shop', facts: row })),
    ...loaded.rows.map(({ row }) => ({ place: 'warehouse', facts: row })),
    ...curated.rows.map(({ row }) => ({ place: 'curated', facts: row })),
  ];
}

/** A payment as it was stored, and as it was cleaned; its repeats have no row. One of before there were ids bears no delivery's. */
export async function inPayments(pool: Pool, id: string): Promise<Place[]> {
  const uuid = uuidOf(id);
  if (!uuid) return [];
  const stored = await pool.query(
    `select $3 as topic, payment.partition, kafka_offset as "offset", delivery.delivery_id, committed_at,
       to_jsonb(payment) as row
     from payments.transactions as payment
     left join ledger.deliveries as delivery
       on delivery.delivery_id = payment.delivery_id
       or (
         payment.delivery_id is null
         and (consumer, topic, delivery.partition) = ($2, $3, payment.partition) and state <> 'abandoned'
         and int8range(first_offset, last_offset, '[]') @> kafka_offset
       )
     where transaction_id = $1`,
    [uuid, streams.transactions.consumer, streams.transactions.topic],
  );
  const clean = await pool.query(
    'select to_jsonb(payment) as row from payments.transactions_clean as payment where transaction_id = $1',
    [uuid],
  );
  return [
    ...stored.rows.flatMap(({ row, ...record }) => [
      { place: 'ledger', facts: record },
      { place: 'payments', facts: row },
    ]),
    ...clean.rows.map(({ row }) => ({ place: 'clean payments', facts: row })),
  ];
}

/**
 * Movements of stock in the offsets of these deliveries, the newest first: whole, repeated and refused ones. The log has no
 * index of ids beside that of processed events, which would cost each movement more than its own row.
 */
export async function inStock(pool: Pool, deliveries: readonly Delivery[], id: string): Promise<Place[]> {
  const topics = inventoryStreams.map(({ topic }) => topic);
  const ranges = deliveries.filter(({ topic }) => topics.includes(topic));
  const { rows } = await pool.query(
    `with deliveries as (
       select *
       from unnest($1::bigint[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[]) with ordinality
         as deliveries (delivery_id, topic, partition, first_offset, last_offset, committed_at, n)
     ),
     movements as (
       select deliveries.n, deliveries.delivery_id as delivery, committed_at, movement.*
       from deliveries
       cross join lateral (
         select *
         from inventory.events_log
         where events_log.topic = deliveries.topic and events_log.partition = deliveries.partition
           and kafka_offset between first_offset and last_offset
           and (event_id = any($7) or order_id = any($7) or product_id = any($7))
         order by kafka_offset desc
       ) as movement
       limit $8
     )
     select topic, partition, kafka_offset as "offset", delivery as delivery_id, committed_at, event_id, order_id, product_id, change,
       counted, covered, status, occurred_at, processed_at
     from movements
     order by n, kafka_offset desc`,
    [
      ranges.map(({ delivery_id }) => delivery_id),
      ranges.map(({ topic }) => topic),
      ranges.map(({ partition }) => partition),
      ranges.map(({ first_offset }) => first_offset),
      ranges.map(({ last_offset }) => last_offset),
      ranges.map(({ committed_at }) => committed_at),
      spellings(id),
      MOST + 1,
    ],
  );
  return toPlaces('stock', rows);
}

/** What is known of a product beside what its topic says. */
export async function inProducts(pool: Pool, id: string): Promise<Place[]> {
  const queries = {
    shelf: 'select * from inventory.inventory where product_id = $1',
    'curated product': 'select * from curated.dim_products where product_id = $1',
    clicks: `select event_date::text, clicks, visitors from gold.daily_product_clicks
      where product_id = $1 order by event_date desc limit 1`,
  };
  const places: Place[] = [];
  for (const [place, query] of Object.entries(queries))
    places.push(...(await pool.query(query, [id])).rows.map((facts) => ({ place, facts })));
  return places;
}

/** A dead letter holds the record as it came, so the search is for its key, and for the id as JSON text in its bytes. */
export async function inDeadLetters(pool: Pool, id: string): Promise<Place[]> {
  const uuid = uuidOf(id);
  const texts = uuid ? [...spellings(id), uuid.toUpperCase()] : [JSON.stringify(id)];
  const { rows } = await pool.query(
    `select topic, partition, record_offset as "offset", dead_letter_id, reason, message, consumer, redriven_at, redriven_by
     from ledger.dead_letters
     left join ledger.redrives using (dead_letter_id)
     where record_key = convert_to($1, 'UTF8') or exists (
       select from unnest($2::text[]) as spelled where position(convert_to(spelled, 'UTF8') in record_value) > 0
     )
     order by dead_letter_id desc
     limit $3`,
    [id, texts, MOST + 1],
  );
  return toPlaces('dead letters', rows);
}
