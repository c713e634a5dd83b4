-- Which of these orders ($1) the warehouse does not hold.
with wanted as (
  select order_id from unnest($1::uuid[]) as given (order_id)
),

orders as (
  select * from warehouse.fact_orders
)

select wanted.order_id::text as order_id
from wanted
left join orders using (order_id)
where orders.order_id is null
