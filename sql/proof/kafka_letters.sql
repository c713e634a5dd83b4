-- The dead letters of a delivery ($1), whole.
with letters as (
  select * from ledger.dead_letters where delivery_id = $1
)

select
  consumer,
  topic,
  partition,
  record_offset as "offset",
  record_key as key,
  record_value as value,
  headers,
  reason,
  message,
  (extract(epoch from kafka_timestamp) * 1000)::bigint as timestamp
from letters
order by record_offset
