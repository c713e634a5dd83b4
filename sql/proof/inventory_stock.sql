-- Each product's stock as it is, and as its opening and its movements say that it must be.
with shelves as (
  select * from inventory.inventory
),

events as (
  select * from inventory.events_log where status = 'processed'
),

movements as (
  select
    product_id,
    sum(change)::bigint as change
  from events
  group by product_id
)

select
  product_id,
  coalesce(opening_quantity, 0) + coalesce(change, 0) as due,
  coalesce(quantity_on_hand, 0) as quantity_on_hand,
  quantity_on_hand is null as is_gone
from shelves
full join movements using (product_id)
order by product_id
