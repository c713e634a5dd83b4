-- Events of the log that are in no delivery of the consumer ($1); `total` counts all of them. What was written before there were ids
-- bears none, and its delivery has no fingerprint.
with events as (
  select * from inventory.events_log where delivery_id is not null
),

events_before as (
  select * from inventory.events_log where delivery_id is null
),

deliveries as (
  select * from ledger.deliveries where consumer = $1 and state = 'committed'
),

deliveries_before as (
  select * from deliveries where rows_fingerprint is null
),

places as (
  select
    topic,
    partition,
    kafka_offset,
    null as range
  from events_before
  union all
  select
    topic,
    partition,
    first_offset,
    array[first_offset, last_offset, delivery_id]
  from deliveries_before
),

-- Ranges don't overlap, so an event can only lie in the one that begins last before it. No join:
-- PostgreSQL can't tell how many rows there are here, and might compare each with every range of its partition.
places_in_order as (
  select
    topic,
    partition,
    kafka_offset,
    range is null as is_event,
    max(range) over (partition by topic, partition order by kafka_offset) as range_before
  from places
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
    kafka_offset <= range_before[2]
  from places_in_order
  where is_event
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
