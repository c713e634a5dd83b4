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
  events.kafka_offset,
  count(*) over () as total
from events
left join deliveries
  on events.topic = deliveries.topic
  and events.partition = deliveries.partition
  and events.kafka_offset between deliveries.first_offset and deliveries.last_offset
where deliveries.delivery_id is null
order by events.topic, events.partition, events.kafka_offset
limit 50
