-- What the warehouse holds altogether.
with orders as (
  select * from warehouse.fact_orders
)

select
  count(*) as rows,
  count(distinct order_id) as keys,
  coalesce(sum(amount), 0)::numeric(30, 2)::text as amount
from orders
