-- How many orders do shoppers' events tell of, and of how much?
--
-- order_date: day of the order's first purchase event, in UTC
-- currency: ISO 4217 code
-- orders: number of orders, without credits
-- credits: number of credits: orders with a negative amount, which give money back
-- revenue: sum of the amounts, less credits, in the currency
--
-- From gold.daily_orders: the 30 days up to the newest that has orders.
with newest as (
  select max(order_date) as day from gold.daily_orders where order_date <= (now() at time zone 'UTC')::date
),

days as (
  select daily_orders.*
  from newest
  inner join gold.daily_orders on order_date between day - 29 and day
)

select
  order_date,
  currency,
  orders,
  credits,
  revenue
from days
order by order_date, currency;
