create or replace view payments.hourly_metrics as
with transactions as (
  select event_hour, amount, is_late from payments.transactions_clean
),

hours as (
  select
    event_hour,
    count(*) as total_transactions,
    sum(amount) as total_amount,
    count(*) filter (where is_late) as late_transactions
  from transactions
  group by event_hour
)

-- An hour is there because it has transactions, so nothing is divided by zero.
select
  event_hour,
  total_transactions,
  total_amount,
  late_transactions,
  round(late_transactions::numeric / total_transactions, 6) as late_ratio
from hours;

grant select on payments.hourly_metrics to index_hourly_metrics, check_quality, prove, bi_reader;
