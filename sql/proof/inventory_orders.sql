-- Sales of the log, on the topic ($1) in the partition ($2) from the offset ($3) on, or all if these are null, of which inventory.orders
-- doesn't say the same; `total` counts all of them.
with sales as (
  select
    event_id,
    order_id,
    product_id,
    -coalesce(covered, change) as quantity,
    topic as source,
    occurred_at
  from inventory.events_log
  where
    status = 'processed'
    and counted is null
    and coalesce(covered, change) < 0
    and ($1::text is null or topic = $1)
    and ($2::integer is null or partition = $2)
    and ($3::bigint is null or kafka_offset >= $3)
),

orders as (
  select * from inventory.orders
)

select
  event_id,
  to_jsonb(sales)::text as logged,
  to_jsonb(orders)::text as ordered,
  count(*) over () as total
from sales
left join orders using (event_id)
where
  (sales.order_id, sales.product_id, sales.quantity, sales.source, sales.occurred_at)
  is distinct from (orders.order_id, orders.product_id, orders.quantity, orders.source, orders.timestamp)
order by event_id
limit 50
