-- Rows of the shop's table that came by the topic ($2), by the consumer ($1), and aren't as they were written, or whose place is in no
-- delivery; `total` counts all of them.
with rows as (
  select * from shop.delivered_rows where topic = $2
),

deliveries as (
  select * from ledger.deliveries where (consumer, topic) = ($1, $2) and state = 'committed'
),

placed as (
  select
    rows.partition,
    kafka_offset,
    rows.fingerprint = fingerprint_now as is_unchanged,
    rows.partition = deliveries.partition and kafka_offset between first_offset and last_offset as is_in_place
  from rows
  left join deliveries using (delivery_id)
)

select
  partition,
  kafka_offset,
  is_in_place is true as "isInPlace",
  count(*) over () as total
from placed
where is_unchanged is not true or is_in_place is not true
order by partition, kafka_offset
limit 50
