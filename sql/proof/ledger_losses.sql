-- Offsets that expired in Kafka before the consumer ($1) got them from the topic ($2).
with losses as (
  select * from ledger.losses where (consumer, topic) = ($1, $2)
)

select
  topic,
  partition,
  first_offset as "firstOffset",
  last_offset as "lastOffset"
from losses
order by partition, first_offset
