-- How long does a transaction take to arrive?
--
-- hour: start of the hour in which they were made, in UTC
-- transactions: number of transactions
-- median_seconds: half of them took no longer
-- p95_seconds: 95 % of them took no longer
-- slowest_seconds: the longest that one took
--
-- From payments.transactions_clean: the 48 hours up to the newest that has transactions. Seconds below zero are those of a
-- sender whose clock is ahead.
with newest as (
  select max(event_hour) as event_hour from payments.transactions_clean where event_hour <= now()
),

transactions as (
  select
    transactions_clean.event_hour,
    transactions_clean.latency_seconds
  from newest
  inner join payments.transactions_clean
    on transactions_clean.event_hour between newest.event_hour - interval '47 hours' and newest.event_hour
)

select
  event_hour at time zone 'UTC' as hour,
  count(*) as transactions,
  round(percentile_disc(0.5) within group (order by latency_seconds), 3) as median_seconds,
  round(percentile_disc(0.95) within group (order by latency_seconds), 3) as p95_seconds,
  round(max(latency_seconds), 3) as slowest_seconds
from transactions
group by event_hour
order by hour;
