-- What kinds of things do we sell?
--
-- category: as the order says
-- currency: ISO 4217 code
-- orders: number of orders
-- revenue: sum of their amounts, in the currency
-- share_percent: of all orders
--
-- From warehouse.fact_orders: the 30 days up to the newest that has orders.
with orders as (
  select * from warehouse.newest_orders(days => 30)
),

sales as (
  select
    category,
    currency,
    count(*) as orders,
    sum(amount) as revenue
  from orders
  group by category, currency
)

select
  category,
  currency,
  orders,
  revenue,
  round(100 * orders / sum(orders) over (), 2) as share_percent
from sales
order by orders desc, category, currency;
