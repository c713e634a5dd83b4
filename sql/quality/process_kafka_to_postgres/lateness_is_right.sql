-- In the hours that were transformed in the last two hours, latency_seconds, is_late and is_ahead follow from event_time and
-- processing_time, unless the hour has changed since: also by another lateness, which judges its payments otherwise.
with clean as (
  select * from payments.checked_transactions
),

changed as (
  select event_hour from payments.changed_hours
),

lateness as (
  select after_seconds from payments.lateness
)

select
  transaction_id,
  event_time,
  processing_time,
  latency_seconds,
  is_late,
  is_ahead
from clean
where
  (
    latency_seconds <> extract(epoch from processing_time - event_time)
    or is_late <> (latency_seconds > (select after_seconds from lateness))
    or is_ahead <> (latency_seconds < 0)
  )
  and event_hour not in (select event_hour from changed)
order by event_time, transaction_id
limit 20
