/** The SQL of update-inventory. Every statement takes a whole batch; none runs once per event. */

/** Of the rows that a statement has written. */
export interface Fingerprint {
  /** Decimal text. */
  readonly fingerprint: string;
}

/** What a statement did with the new events of a batch. */
export interface Processed extends Fingerprint {
  readonly processed: number;
}

/** One batch of good records: topic $1, partition $2, a column each, and delivery $10. `pieces` are those that it adds, or that were counted. */
const INCOMING = `
  incoming as (
    select incoming.*, $10::bigint as delivery_id
    from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::timestamptz[], $9::text[])
      as incoming (kafka_offset, event_id, order_id, product_id, pieces, occurred_at, raw_event)
  )`;

/**
 * Logs each new event in the order of event_id, then locks the shelves of what was logged in the order of product_id, and
 * moves the stock. All batches lock in this order, so two cannot deadlock; and a shelf is locked for the shorter part of
 * the work, so that batches of two topics with the same products run side by side.
 *
 * What was on hand is kept once for each product, not for each event: relay-outbox adds the changes (delivery/announcements.ts).
 *
 * What happened up to the newest count of its product changes nothing. The count is looked up before the shelf is locked: `overtaken` are
 * the products that were counted in between, for which the transaction has to begin anew.
 */
export const MOVE_STOCK = `
  with ${INCOMING},
  firsts as (
    select distinct on (event_id) incoming.*, coalesce(occurred_at <= counted_at, false) as is_covered
    from incoming
    join inventory.inventory using (product_id)
    order by event_id, kafka_offset
  ),
  processed as (
    insert into inventory.events_log (
      topic, partition, kafka_offset, event_id, product_id, order_id, change, covered, status, raw_event, occurred_at,
      processed_at, delivery_id
    )
    select
      $1, $2, kafka_offset, event_id, product_id, order_id, case when is_covered then 0 else pieces end,
      case when is_covered then pieces end, 'processed', raw_event, occurred_at, statement_timestamp(), delivery_id
    from firsts
    order by event_id
    on conflict (event_id) where status = 'processed' do nothing
    returning
      event_id, product_id, order_id, change, coalesce(covered, change) as pieces, occurred_at,
      inventory.fingerprint(events_log) as fingerprint
  ),
  movements as (
    select product_id, sum(change) as change from processed group by product_id
  ),
  shelves as materialized (
    select product_id, quantity_on_hand, counted_at, change
    from inventory.inventory
    join movements using (product_id)
    order by product_id
    for update of inventory
  ),
  overtaken as (
    select product_id
    from shelves
    join inventory.inventory as before using (product_id)
    where shelves.counted_at is not null and shelves.counted_at is distinct from before.counted_at
  ),
  moved as (
    update inventory.inventory
    set quantity_on_hand = inventory.quantity_on_hand + shelves.change, last_updated = clock_timestamp()
    from shelves
    where inventory.product_id = shelves.product_id
  ),
  sold as (
    insert into inventory.orders (event_id, order_id, product_id, quantity, source, timestamp)
    select event_id, order_id, product_id, -pieces, $1, occurred_at
    from processed
    where pieces < 0
  ),
  announced as (
    insert into ledger.announcements (delivery_id, movements, on_hand)
    select $10, (select count(*) from processed), jsonb_object_agg(product_id, quantity_on_hand)
    from shelves
    having count(*) > 0
  )
  select
    count(*) as processed,
    coalesce(sum(fingerprint), 0)::text as fingerprint,
    (select count(*) from overtaken) as overtaken
  from processed`;

/**
 * The shelves of these products ($1), locked in the order in which movements lock them; times in microseconds, as text: those of the years
 * before 1684 and after 2255 are no exact numbers of JavaScript.
 */
export const LOCK_SHELVES = `
  select
    product_id,
    quantity_on_hand as "onHand",
    newest_count as count_id,
    (extract(epoch from counted_at) * 1000000)::bigint::text as counted_at
  from inventory.inventory
  where product_id = any($1)
  order by product_id
  for update`;

/** Which of these ids ($1) have had their effect. */
export const FIND_PROCESSED = `select event_id from inventory.events_log where event_id = any($1) and status = 'processed'`;

/**
 * Pieces by which each product ($1) was moved after a time ($2), none of which is before $3. With the shelves locked, none is missing: a
 * movement that isn't committed yet finds the count when it comes to the shelf.
 */
export const SUM_MOVEMENTS = `
  with counts as (
    select * from unnest($1::text[], $2::timestamptz[]) as counts (product_id, counted_at)
  ),
  movements as (
    select product_id, occurred_at, coalesce(covered, change) as pieces
    from inventory.events_log
    where product_id = any($1) and occurred_at > $3::timestamptz and status = 'processed' and counted is null
  )
  select product_id, sum(pieces)::bigint as moved
  from counts
  join movements using (product_id)
  where occurred_at > counted_at
  group by product_id`;

/**
 * Logs these counts of the batch, at offset $11 with change $12, and sets the shelves of products $13 to what is on hand ($14) by the
 * count of time $15 and id $16. The shelves are locked, and $17 says what was on hand on each.
 */
export const SET_STOCK = `
  with ${INCOMING},
  processed as (
    insert into inventory.events_log (
      topic, partition, kafka_offset, event_id, product_id, change, counted, status, raw_event, occurred_at, processed_at,
      delivery_id
    )
    select
      $1, $2, kafka_offset, event_id, product_id, effect.change, pieces, 'processed', raw_event, occurred_at,
      statement_timestamp(), delivery_id
    from incoming
    join unnest($11::bigint[], $12::bigint[]) as effect (kafka_offset, change) using (kafka_offset)
    order by event_id
    on conflict (event_id) where status = 'processed' do nothing
    returning inventory.fingerprint(events_log) as fingerprint
  ),
  set as (
    update inventory.inventory
    set
      quantity_on_hand = shelves.quantity_on_hand,
      counted_at = shelves.counted_at,
      newest_count = shelves.newest_count,
      last_updated = clock_timestamp()
    from unnest($13::text[], $14::bigint[], $15::timestamptz[], $16::text[])
      as shelves (product_id, quantity_on_hand, counted_at, newest_count)
    where inventory.product_id = shelves.product_id
  ),
  announced as (
    insert into ledger.announcements (delivery_id, movements, on_hand)
    select $10, count(*), $17::jsonb
    from processed
    having count(*) > 0
  )
  select count(*) as processed, coalesce(sum(fingerprint), 0)::text as fingerprint from processed`;

/** After MOVE_STOCK or SET_STOCK, with a snapshot of its own: the records of the batch that had no effect on stock, each with the place of what did. */
export const FIND_REST = `
  with ${INCOMING}
  select
    incoming.kafka_offset,
    case when first.event_id is not null then json_build_object(
      'topic', first.topic, 'partition', first.partition, 'offset', first.kafka_offset
    ) end as first
  from incoming
  left join inventory.events_log as first on first.event_id = incoming.event_id and first.status = 'processed'
  where (first.topic, first.partition, first.kafka_offset) is distinct from ($1, $2, incoming.kafka_offset)
  order by incoming.kafka_offset`;

/** For each of these ids ($1), in their order, the event that moved stock: up to the one that exceeds $2 bytes. */
export const READ_FIRSTS = `
  with asked as (
    select event_id, place from unnest($1::text[]) with ordinality as asked (event_id, place)
  ),
  sized as (
    select
      asked.event_id,
      asked.place,
      first.raw_event,
      sum(octet_length(first.raw_event))
        over (order by asked.place rows between unbounded preceding and 1 preceding) as bytes_before
    from asked
    left join inventory.events_log as first on first.event_id = asked.event_id and first.status = 'processed'
  )
  select event_id, raw_event
  from sized
  where coalesce(bytes_before, 0) < $2
  order by place`;

/** Logs these records of the batch: offset $11 and status $12. Their pieces are what they say of this. */
export const logRest = (column: 'change' | 'counted'): string => `
  with ${INCOMING},
  logged as (
    insert into inventory.events_log (
      topic, partition, kafka_offset, event_id, product_id, order_id, ${column}, status, raw_event, occurred_at, delivery_id
    )
    select $1, $2, kafka_offset, event_id, product_id, order_id, pieces, status, raw_event, occurred_at, delivery_id
    from incoming
    join unnest($11::bigint[], $12::text[]) as rest (kafka_offset, status) using (kafka_offset)
    returning inventory.fingerprint(events_log) as fingerprint
  )
  select coalesce(sum(fingerprint), 0)::text as fingerprint from logged`;

/** Records of topic $1 and partition $2 in delivery $3 that could not be read. */
export const LOG_REJECTED = `
  with logged as (
    insert into inventory.events_log (topic, partition, kafka_offset, status, raw_event, delivery_id)
    select $1, $2, kafka_offset, 'rejected', raw_event, $3
    from unnest($4::bigint[], $5::text[]) as rejected (kafka_offset, raw_event)
    returning inventory.fingerprint(events_log) as fingerprint
  )
  select coalesce(sum(fingerprint), 0)::text as fingerprint from logged`;
