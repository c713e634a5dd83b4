-- What the warehouse holds of each delivery.
with orders as (
  select * from warehouse.fact_orders
)

select
  delivery_id,
  count(*) as rows,
  sum(amount)::numeric(30, 2)::text as amount,
  sum(warehouse.fingerprint(orders))::text as fingerprint
from orders
group by delivery_id
