-- Losses of the consumer ($1) on the topic ($2) that a person has put on record as accepted, as that record has them.
with acknowledged as (
  select * from ledger.acknowledged_losses where (consumer, topic) = ($1, $2)
)

select
  topic,
  partition,
  first_offset as "firstOffset",
  last_offset as "lastOffset"
from acknowledged
order by partition, first_offset
