-- Events of the log that are in no delivery of the consumer ($1); `total` counts all of them.
with events as (
  select * from inventory.events_log
),

deliveries as (
  select * from ledger.deliveries where consumer = $1 and state = 'committed'
)

select
  topic,
  partition,
  kafka_offset,
  count(*) over () as total
from events
where not exists (
  select 1
  from deliveries
  where (deliveries.topic, deliveries.partition) = (events.topic, events.partition)
    and kafka_offset between first_offset and last_offset
)
order by topic, partition, kafka_offset
limit 50
