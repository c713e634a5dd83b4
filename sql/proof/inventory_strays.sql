-- Events of the log that are in no delivery of the consumer ($1); `total` counts all of them.
with events as (
  select * from inventory.events_log
),

deliveries as (
  select * from ledger.deliveries where consumer = $1 and state = 'committed'
)

select
  events.topic,
  events.partition,
  kafka_offset,
  count(*) over () as total
from events
left join deliveries using (delivery_id)
where
  (
    (events.topic, events.partition) = (deliveries.topic, deliveries.partition)
    and kafka_offset between first_offset and last_offset
  ) is not true
order by events.topic, events.partition, kafka_offset
limit 50
