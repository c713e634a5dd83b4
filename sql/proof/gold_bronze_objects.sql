-- Committed bronze objects of the consumer ($1) that are in gold ($2 is true), or that wait to be ($2 is false), in the
-- order in which an event counts: by partition and offset.
with deliveries as (
  select * from ledger.deliveries where consumer = $1 and state = 'committed' and object_key is not null
),

aggregations as (
  select * from gold.aggregations
)

select
  topic,
  partition,
  first_offset as "firstOffset",
  last_offset as "lastOffset",
  object_key as "objectKey",
  (select string_agg(day::text, ', ' order by day) from unnest(event_dates) as days (day)) as days
from deliveries
left join aggregations using (delivery_id)
where (aggregations.delivery_id is not null) = $2
order by partition, first_offset
