-- Orders, credits and revenue of each day and currency.
with orders as (
  select * from gold.daily_orders
)

select
  order_date || ' ' || currency as key,
  orders,
  credits,
  revenue::text as revenue
from orders
