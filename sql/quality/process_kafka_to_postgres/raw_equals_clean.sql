-- Each hour that was transformed in the last two hours has the same count and amount in transactions_clean as in transactions,
-- unless it has changed since.
with checked as (
  select event_hour from payments.checked_hours
),

changed as (
  select event_hour from payments.changed_hours
),

-- Hour by hour from an index, so that the cost does not grow with the table.
raw_hours as (
  select
    event_hour,
    transactions,
    amount
  from checked
  cross join
    lateral (
      select
        count(*) as transactions,
        sum(amount) as amount
      from payments.transactions
      where event_time >= checked.event_hour and event_time < checked.event_hour + interval '1 hour'
    ) as stored
  where transactions > 0
),

clean_hours as (
  select
    event_hour,
    count(*) as transactions,
    sum(amount) as amount
  from payments.checked_transactions
  group by event_hour
)

select
  event_hour,
  raw_hours.transactions as raw_transactions,
  clean_hours.transactions as clean_transactions,
  raw_hours.amount as raw_amount,
  clean_hours.amount as clean_amount
from raw_hours
full join clean_hours using (event_hour)
where (raw_hours.transactions, raw_hours.amount) is distinct from (clean_hours.transactions, clean_hours.amount)
  and event_hour not in (select event_hour from changed)
order by event_hour
limit 20
