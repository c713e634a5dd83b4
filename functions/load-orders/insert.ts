/** Inserts the rows of the temporary table `incoming` into the warehouse, each order once, and accounts for the rest. */

import type { Transaction } from '#adapters/postgres/index.ts';
import { publishDeadLetters } from '#delivery/outbox.ts';

/** @returns how many rows were new */
export async function insertNew(transaction: Transaction): Promise<number> {
  // Enough memory to sort a chunk without a file.
  await transaction.query("set local work_mem = '64MB'");
  const { rowCount } = await transaction.query(INSERT_NEW);
  return rowCount ?? 0;
}

/**
 * Accounts for the rows that were not inserted since their order is there already: with the same content a row is a
 * duplicate and is counted; with other content it is a conflict and becomes a dead letter, also on the topic dlq.
 */
export async function settleRepeats(transaction: Transaction): Promise<{ duplicates: number; conflicts: number }> {
  await transaction.query('analyze incoming');
  const { rows } = await transaction.query<{ delivery_id: number; duplicates: number; conflicts: number }>(
    SETTLE_REPEATS,
  );
  const conflicting = rows.filter(({ conflicts }) => conflicts > 0).map(({ delivery_id }) => delivery_id);
  await publishDeadLetters(transaction, conflicting, CONSUMER);
  return {
    duplicates: rows.reduce((sum, { duplicates }) => sum + duplicates, 0),
    conflicts: rows.reduce((sum, { conflicts }) => sum + conflicts, 0),
  };
}

/** The load's name in ledger.dead_letters. */
const CONSUMER = 'load-orders';

/**
 * Inserts in the order of order_id, so that two loads cannot deadlock and the index fills page by page; within an order by
 * delivery and offset, so that the first row wins.
 */
const INSERT_NEW = `
  insert into warehouse.fact_orders (
    order_id, user_id, product_id, delivery_id, kafka_offset, amount, quantity, currency, category, country, created_at
  )
  select
    order_id, user_id, product_id, delivery_id, kafka_offset, amount, quantity, currency, category, country, created_at
  from incoming
  order by order_id, delivery_id, kafka_offset
  on conflict (order_id) do nothing`;

const SETTLE_REPEATS = `
  with repeats as (
    select
      incoming.*,
      present.delivery_id as first_delivery_id,
      present.kafka_offset as first_offset,
      (incoming.user_id, incoming.product_id, incoming.amount, incoming.quantity, incoming.currency,
       incoming.category, incoming.country, incoming.created_at)
      is distinct from
      (present.user_id, present.product_id, present.amount, present.quantity, present.currency,
       present.category, present.country, present.created_at) as is_conflict
    from incoming
    join warehouse.fact_orders as present using (order_id)
    where (incoming.delivery_id, incoming.kafka_offset) <> (present.delivery_id, present.kafka_offset)
  ),
  dead_letters as (
    insert into ledger.dead_letters (
      delivery_id, consumer, topic, partition, record_offset, kafka_timestamp, record_key, record_value, reason, message
    )
    select
      repeats.delivery_id,
      '${CONSUMER}',
      delivery.topic,
      delivery.partition,
      repeats.kafka_offset,
      repeats.kafka_timestamp,
      convert_to(repeats.user_id::text, 'UTF8'),
      -- The lake keeps columns, not bytes: this is the event as it would be written today.
      convert_to(json_strip_nulls(row_to_json(event))::text, 'UTF8'),
      'conflict',
      format(
        'order %s came before with other content: %s partition %s offset %s (delivery %s) holds the first',
        repeats.order_id, first.topic, first.partition, repeats.first_offset, repeats.first_delivery_id
      )
    from repeats
    join ledger.deliveries as delivery on delivery.delivery_id = repeats.delivery_id
    left join ledger.deliveries as first on first.delivery_id = repeats.first_delivery_id
    cross join lateral (
      select
        repeats.order_id,
        repeats.user_id,
        repeats.amount,
        repeats.currency,
        repeats.category,
        repeats.country,
        to_char(repeats.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
        repeats.product_id,
        repeats.quantity
    ) as event
    where repeats.is_conflict
    order by repeats.delivery_id, repeats.kafka_offset
    -- A delivery that is loaded again, after its rows were deleted by hand, has its letters already.
    on conflict (consumer, topic, partition, record_offset) do nothing
  ),
  counts as (
    select
      delivery_id,
      count(*) filter (where not is_conflict) as duplicates,
      count(*) filter (where is_conflict) as conflicts,
      sum(amount) as amount
    from repeats
    group by delivery_id
  ),
  loads as (
    update ledger.loads
    set
      inserted = loads.inserted - counts.duplicates - counts.conflicts,
      duplicates = counts.duplicates,
      conflicts = counts.conflicts,
      inserted_amount = loads.inserted_amount - counts.amount,
      repeated_amount = counts.amount
    from counts
    where loads.delivery_id = counts.delivery_id
  )
  select delivery_id, duplicates, conflicts from counts`;
