-- The rows of payments.transactions_clean; run-transformations inserts those of the changed hours, or all.
with transactions as (
  select * from payments.transactions
),

lateness as (
  select after_seconds from payments.lateness
),

timed as (
  select
    *,
    extract(epoch from processing_time - event_time) as latency_seconds
  from transactions
)

select
  transaction_id,
  user_id,
  amount,
  currency,
  status,
  event_time,
  processing_time,
  (event_time at time zone 'UTC')::date as event_date,
  date_trunc('hour', event_time, 'UTC') as event_hour,
  latency_seconds,
  latency_seconds > (select after_seconds from lateness) as is_late,
  latency_seconds < 0 as is_ahead
from timed
