-- How many transactions come each hour, and how many of them late?
--
-- hour: start of the hour in which they were made, in UTC
-- transactions: number of transactions
-- late_transactions: of these, how many arrived later than payments.lateness allows: 120 s after they were made, unless configured
-- late_ratio: late ones divided by all, from 0 to 1
--
-- From payments.transactions_clean: the 48 hours up to the newest that has transactions. The view payments.hourly_metrics says the
-- same, at the cost of all history.
with newest as (
  select max(event_hour) as event_hour from payments.transactions_clean where event_hour <= now()
),

transactions as (
  select
    transactions_clean.event_hour,
    transactions_clean.is_late
  from newest
  inner join payments.transactions_clean
    on transactions_clean.event_hour between newest.event_hour - interval '47 hours' and newest.event_hour
)

select
  event_hour at time zone 'UTC' as hour,
  count(*) as transactions,
  count(*) filter (where is_late) as late_transactions,
  round(count(*) filter (where is_late)::numeric / count(*), 6) as late_ratio
from transactions
group by event_hour
order by hour;
