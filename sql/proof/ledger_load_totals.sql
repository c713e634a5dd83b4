-- What was counted of the loads of deliveries of the consumer ($1) on the topic ($2).
with totals as (
  select * from ledger.load_totals where (consumer, topic) = ($1, $2)
)

select
  loads,
  rows,
  inserted,
  duplicates,
  conflicts
from totals
