-- Every payment that arrived in the last two hours has a status that is known here.
with checked as (
  select event_hour from payments.transformed_hours where transformed_at > now() - interval '2 hours'
),

arrived as (
  select *
  from payments.transactions_clean
  where event_hour = any(array(select event_hour from checked)) and processing_time > now() - interval '2 hours'
)

select
  transaction_id,
  user_id,
  status
from arrived
where status not in ('pending', 'authorized', 'completed', 'failed', 'declined', 'cancelled', 'refunded')
order by event_time, transaction_id
limit 20
