-- What does each day bring in?
--
-- order_date: day in UTC
-- currency: ISO 4217 code
-- orders: number of orders
-- revenue: sum of their amounts, in the currency
--
-- From curated.fact_orders: the 30 days up to the newest that has orders.
with orders as (
  select * from curated.newest_orders(days => 30)
)

select
  order_date,
  currency,
  count(*) as orders,
  sum(amount) as revenue
from orders
group by order_date, currency
order by order_date, currency;
