-- What the ledger counted of each delivery of the consumer ($1) on the topic ($2), and what the log says became of it.
with deliveries as (
  select * from ledger.deliveries where consumer = $1 and topic = $2 and state = 'committed'
),

events as (
  select * from inventory.events_log
)

select
  deliveries.topic,
  deliveries.partition,
  first_offset as "firstOffset",
  last_offset as "lastOffset",
  accepted,
  duplicates,
  rejected as refused,
  count(*) filter (where events.status = 'processed') as processed,
  count(*) filter (where events.status = 'duplicate') as duplicate,
  count(*) filter (where events.status = 'rejected') as rejected
from deliveries
left join events
  on deliveries.topic = events.topic
  and deliveries.partition = events.partition
  and kafka_offset between first_offset and last_offset
group by
  delivery_id,
  deliveries.topic,
  deliveries.partition,
  first_offset,
  last_offset,
  accepted,
  duplicates,
  deliveries.rejected
