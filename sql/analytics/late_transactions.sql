-- How many transactions come each hour, and how many of them late?
--
-- hour: start of the hour in which they were made, in UTC
-- transactions: number of transactions
-- late_transactions: of these, how many arrived more than two minutes after they were made
-- late_ratio: late ones divided by all, from 0 to 1
--
-- From payments.hourly_metrics: the 48 hours up to the newest that has transactions.
with newest as (
  select max(event_hour) as event_hour from payments.hourly_metrics where event_hour <= now()
),

hours as (
  select hourly_metrics.*
  from newest
  inner join payments.hourly_metrics
    on hourly_metrics.event_hour between newest.event_hour - interval '47 hours' and newest.event_hour
)

select
  event_hour at time zone 'UTC' as hour,
  total_transactions as transactions,
  late_transactions,
  late_ratio
from hours
order by hour;
