-- Every payment that arrived in the last two hours has a status that is known here.
with arrived as (
  select * from payments.checked_transactions where processing_time > now() - interval '2 hours'
)

select
  transaction_id,
  user_id,
  status
from arrived
where status not in ('pending', 'authorized', 'completed', 'failed', 'declined', 'cancelled', 'refunded')
order by event_time, transaction_id
limit 20
