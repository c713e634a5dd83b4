-- No payment that arrived in the last two hours has an event_time more than a day ahead.
with arrived as (
  select * from payments.checked_transactions where processing_time > now() - interval '2 hours'
)

select
  transaction_id,
  user_id,
  event_time,
  processing_time
from arrived
where latency_seconds < -86400
order by event_time, transaction_id
limit 20
