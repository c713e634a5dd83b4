-- What does each day bring in?
--
-- order_date: day in UTC
-- currency: ISO 4217 code
-- orders: number of orders, without credits
-- credits: number of credits: orders with a negative amount, which give money back
-- revenue: sum of the amounts, less credits, in the currency
--
-- From curated.fact_orders: the 30 days up to the newest that has orders.
with orders as (
  select * from curated.newest_orders(days => 30)
)

select
  order_date,
  currency,
  count(*) filter (where amount >= 0) as orders,
  count(*) filter (where amount < 0) as credits,
  sum(amount) as revenue
from orders
group by order_date, currency
order by order_date, currency;
