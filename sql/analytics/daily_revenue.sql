-- What does each day bring in?
--
-- order_date: day in UTC
-- currency: ISO 4217 code
-- orders: number of orders
-- revenue: sum of their amounts, in the currency
--
-- From curated.fact_orders: the 30 days up to the newest that has orders.
with newest as (
  select max(order_date) as day from curated.fact_orders where order_date <= (now() at time zone 'UTC')::date
),

orders as (
  select fact_orders.*
  from newest
  inner join curated.fact_orders on order_date between day - 29 and day
)

select
  order_date,
  currency,
  count(*) as orders,
  sum(amount) as revenue
from orders
group by order_date, currency
order by order_date, currency;
