-- How far the consumer ($1) has come on the topic ($2).
with partitions as (
  select * from ledger.partitions where (consumer, topic) = ($1, $2)
)

select
  topic,
  partition,
  start_offset as "startOffset",
  next_offset as "nextOffset"
from partitions
order by partition
