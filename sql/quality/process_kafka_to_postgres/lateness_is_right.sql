-- In the hours that were transformed in the last two hours, latency_seconds, is_late and is_ahead follow from event_time and
-- processing_time.
with checked as (
  select event_hour from payments.transformed_hours where transformed_at > now() - interval '2 hours'
),

clean as (
  select * from payments.transactions_clean where event_hour = any(array(select event_hour from checked))
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
