-- How much is paid each hour, by currency and status?
--
-- hour: start of the hour in which they were made, in UTC
-- currency: currency of the amount
-- status: their outcome, such as completed or failed
-- currency_and_status: both, such as EUR completed
-- transactions: number of transactions
-- amount: sum of their amounts, refunds subtracted, in that currency
--
-- From payments.transactions_clean: the 48 hours up to the newest that has transactions. The view payments.hourly_amounts says the
-- same, at the cost of all history.
with newest as (
  select max(event_hour) as event_hour from payments.transactions_clean where event_hour <= now()
),

transactions as (
  select
    transactions_clean.event_hour,
    transactions_clean.currency,
    transactions_clean.status,
    transactions_clean.amount
  from newest
  inner join payments.transactions_clean
    on transactions_clean.event_hour between newest.event_hour - interval '47 hours' and newest.event_hour
)

select
  event_hour at time zone 'UTC' as hour,
  currency,
  status,
  currency || ' ' || status as currency_and_status,
  count(*) as transactions,
  sum(amount) as amount
from transactions
group by event_hour, currency, status
order by hour, currency collate "C", status collate "C";
