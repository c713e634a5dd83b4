-- A purchase without order, amount or currency does not count.
with purchases as (
  select *
  from counted_events
  where event_type = 'purchase' and order_id is not null and amount is not null and currency is not null
)

select
  event_date as order_date,
  currency,

  count(*) as orders,
  sum(amount) as revenue
from purchases
group by event_date, currency
