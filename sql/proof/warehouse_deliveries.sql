-- What the warehouse holds of each delivery, from one id ($1) to another ($2), or of all if these are null.
with orders as (
  select * from warehouse.fact_orders where $1::bigint is null or delivery_id between $1 and $2
)

select
  delivery_id,
  count(*) as rows,
  sum(amount)::numeric(30, 2)::text as amount,
  sum(warehouse.fingerprint(orders))::text as fingerprint
from orders
group by delivery_id
