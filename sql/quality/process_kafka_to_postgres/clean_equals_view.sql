-- Each hour that was transformed in the last two hours has the same sums in the view hourly_metrics, which adds up hourly_amounts, as
-- in transactions_clean.
with checked as (
  select event_hour from payments.checked_hours
),

metrics as (
  select * from payments.hourly_metrics where event_hour = any(array(select event_hour from checked))
),

clean as (
  select * from payments.checked_transactions
),

clean_hours as (
  select
    event_hour,
    count(*) as transactions,
    sum(amount) as amount,
    count(*) filter (where is_late) as late
  from clean
  group by event_hour
)

select
  event_hour,
  transactions as clean_transactions,
  total_transactions as view_transactions,
  amount as clean_amount,
  total_amount as view_amount,
  late as clean_late,
  late_transactions as view_late
from clean_hours
full join metrics using (event_hour)
where (transactions, amount, late) is distinct from (total_transactions, total_amount, late_transactions)
order by event_hour
limit 20
