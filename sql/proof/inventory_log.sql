-- What the ledger counted of each delivery of the consumer ($1) on the topic ($2), and what the log says became of it: rows at
-- offsets of the delivery, and the fingerprint of all rows that bear its id.
with deliveries as (
  select * from ledger.deliveries where consumer = $1 and topic = $2 and state = 'committed'
),

events as (
  select
    delivery_id,
    topic,
    partition,
    kafka_offset,
    status,
    inventory.fingerprint(events_log) as fingerprint
  from inventory.events_log
),

placed_events as (
  select
    delivery_id,
    status,
    fingerprint,
    (events.topic, events.partition) = (deliveries.topic, deliveries.partition)
    and kafka_offset between first_offset and last_offset as is_in_place
  from deliveries
  inner join events using (delivery_id)
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
