-- How much is paid each hour, by currency and status?
--
-- hour: start of the hour in which they were made, in UTC
-- currency: currency of the amount
-- status: their outcome, such as completed or failed
-- currency_and_status: both, such as EUR completed
-- transactions: number of transactions
-- amount: sum of their amounts, refunds subtracted, in that currency
--
-- From payments.hourly_amounts: the 48 hours up to the newest that has transactions.
with newest as (
  select max(event_hour) as event_hour from payments.transactions_clean where event_hour <= now()
),

amounts as (
  select hourly_amounts.*
  from newest
  inner join payments.hourly_amounts
    on hourly_amounts.event_hour between newest.event_hour - interval '47 hours' and newest.event_hour
)

select
  event_hour at time zone 'UTC' as hour,
  currency,
  status,
  currency || ' ' || status as currency_and_status,
  transactions,
  amount
from amounts
order by hour, currency collate "C", status collate "C";
