-- In which currencies are we paid?
--
-- currency: ISO 4217 code
-- orders: number of orders
-- revenue: sum of their amounts, in the currency
-- share_percent: of all orders
--
-- From warehouse.fact_orders: the 30 days up to the newest that has orders.
with orders as (
  select * from warehouse.newest_orders(days => 30)
),

currencies as (
  select
    currency,
    count(*) as orders,
    sum(amount) as revenue
  from orders
  group by currency
)

select
  currency,
  orders,
  revenue,
  round(100 * orders / sum(orders) over (), 2) as share_percent
from currencies
order by orders desc, currency;
