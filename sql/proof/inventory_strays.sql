-- By how many the events of the log exceed the records that the consumer ($1) was delivered. Counts are fast, and enough to
-- tell that there are strays.
with events as (
  select count(*) as events from inventory.events_log
),

deliveries as (
  select * from ledger.deliveries where consumer = $1 and state = 'committed'
),

delivered as (
  select coalesce(sum(records), 0) as records from deliveries
)

select greatest(0, events - records)::bigint as strays
from events, delivered
