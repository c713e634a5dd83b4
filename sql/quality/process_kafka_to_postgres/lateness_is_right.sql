-- In the hours that were transformed in the last two hours, latency_seconds, is_late and is_ahead follow from event_time and
-- processing_time.
with clean as (
  select * from payments.checked_transactions
)

select
  transaction_id,
  event_time,
  processing_time,
  latency_seconds,
  is_late,
  is_ahead
from clean
where latency_seconds <> extract(epoch from processing_time - event_time)
  or is_late <> (latency_seconds > 120)
  or is_ahead <> (latency_seconds < 0)
order by event_time, transaction_id
limit 20
