-- What the ledger counted of each delivery of the consumer ($1) on the topic ($2), in the partition ($3) from the offset ($4) on, or of
-- all if these are null, and what the log says became of it: rows at offsets of the delivery, and the fingerprint of all rows that bear
-- its id. What was written before there were ids bears none, and its delivery has no fingerprint.
with deliveries as (
  select *
  from ledger.deliveries
  where
    (consumer, topic) = ($1, $2)
    and state = 'committed'
    and ($3::integer is null or partition = $3)
    and ($4::bigint is null or int8range(first_offset, last_offset, '[]') && int8range($4, null))
),

-- One that bears the id of a delivery of another topic is a stray.
events as (
  select
    delivery_id,
    partition,
    kafka_offset,
    status,
    inventory.fingerprint(events_log) as fingerprint
  from inventory.events_log
  where
    delivery_id is not null
    and topic = $2
    and ($3::integer is null or partition = $3)
    and ($4::bigint is null or kafka_offset >= $4)
),

events_before as (
  select * from ledger.placed_rows where (consumer, topic) = ($1, $2) and $3 is null
),

placed_events as (
  select
    delivery_id,
    status,
    fingerprint,
    events.partition = deliveries.partition and kafka_offset between first_offset and last_offset as is_in_place
  from deliveries
  inner join events using (delivery_id)
  union all
  select
    delivery_id,
    status,
    null,
    is_in_place
  from events_before
),

logged as (
  select
    delivery_id,
    count(*) filter (where is_in_place and status = 'processed') as processed,
    count(*) filter (where is_in_place and status = 'duplicate') as duplicate,
    count(*) filter (where is_in_place and status = 'rejected') as rejected,
    sum(fingerprint) as rows_fingerprint
  from placed_events
  group by delivery_id
)

select
  topic,
  partition,
  first_offset as "firstOffset",
  last_offset as "lastOffset",
  accepted,
  duplicates,
  deliveries.rejected as refused,
  coalesce(processed, 0) as processed,
  coalesce(duplicate, 0) as duplicate,
  coalesce(logged.rejected, 0) as rejected,
  coalesce(deliveries.rows_fingerprint, 0) = coalesce(logged.rows_fingerprint, 0) as "isUnchanged"
from deliveries
left join logged using (delivery_id)
