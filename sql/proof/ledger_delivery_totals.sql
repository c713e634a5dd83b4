-- What was counted of the committed deliveries of the consumer ($1) on the topic ($2).
with totals as (
  select * from ledger.delivery_totals where (consumer, topic) = ($1, $2)
)

select
  partition,
  deliveries,
  records,
  accepted,
  duplicates,
  rejected,
  objects
from totals
order by partition
