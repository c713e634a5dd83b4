-- Sales that the log and inventory.orders don't say alike; `total` counts all of them.
with sales as (
  select
    event_id,
    product_id,
    -change as quantity
  from inventory.events_log
  where status = 'processed' and change < 0
),

orders as (
  select * from inventory.orders
)

select
  event_id,
  sales.quantity as logged,
  orders.quantity as ordered,
  count(*) over () as total
from sales
full join orders using (event_id)
where (sales.product_id, sales.quantity) is distinct from (orders.product_id, orders.quantity)
order by event_id
limit 50
