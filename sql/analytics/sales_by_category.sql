-- What kinds of things do we sell?
--
-- category: as the order says
-- currency: ISO 4217 code
-- orders: number of orders, without credits
-- credits: number of credits: orders with a negative amount, which give money back
-- revenue: sum of the amounts, less credits, in the currency
-- share_percent: of all orders without credits
--
-- From warehouse.fact_orders: the 30 days up to the newest that has orders.
with orders as (
  select * from warehouse.newest_orders(days => 30)
),

sales as (
  select
    category,
    currency,
    count(*) filter (where amount >= 0) as orders,
    count(*) filter (where amount < 0) as credits,
    sum(amount) as revenue
  from orders
  group by category, currency
)

select
  category,
  currency,
  orders,
  credits,
  revenue,
  round(100 * orders / nullif(sum(orders) over (), 0), 2) as share_percent
from sales
order by orders desc, category, currency;
