-- Events of the log, on the topic ($2) in the partition ($3) from the offset ($4) on, or all if these are null, that are in no delivery
-- of the consumer ($1); `total` counts all of them. What was written before there were ids bears none, and its delivery has no
-- fingerprint: no such delivery is read in a part (closed_without_fingerprint.sql), so a row without an id is a stray there.
with events as (
  select *
  from inventory.events_log
  where
    (delivery_id is not null or $3::integer is not null)
    and ($2::text is null or topic = $2)
    and ($3 is null or partition = $3)
    and ($4::bigint is null or kafka_offset >= $4)
),

events_before as (
  select * from ledger.placed_rows where consumer = $1 and $3 is null
),

deliveries as (
  select *
  from ledger.deliveries
  where
    consumer = $1
    and state = 'committed'
    and ($2 is null or topic = $2)
    and ($3 is null or partition = $3)
    and ($4 is null or int8range(first_offset, last_offset, '[]') && int8range($4, null))
),

placed_events as (
  select
    events.topic,
    events.partition,
    kafka_offset,
    (events.topic, events.partition) = (deliveries.topic, deliveries.partition)
    and kafka_offset between first_offset and last_offset as is_in_place
  from events
  left join deliveries using (delivery_id)
  union all
  select
    topic,
    partition,
    kafka_offset,
    is_in_place
  from events_before
)

select
  topic,
  partition,
  kafka_offset,
  count(*) over () as total
from placed_events
where is_in_place is not true
order by topic, partition, kafka_offset
limit 50
