-- Sales of inventory.orders that are not in the log; `total` counts all of them.
with sales as (
  select * from inventory.events_log where status = 'processed' and counted is null and coalesce(covered, change) < 0
),

orders as (
  select * from inventory.orders
)

select
  event_id,
  null as logged,
  to_jsonb(orders)::text as ordered,
  count(*) over () as total
from orders
left join sales using (event_id)
where sales.event_id is null
order by event_id
limit 50
