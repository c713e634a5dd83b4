-- Each product's stock as it is, with its opening and the note of the sum of its movements that are closed, if there is one.
with shelves as (
  select * from inventory.inventory
),

closed as (
  select * from ledger.closed_stock
)

select
  product_id,
  coalesce(opening_quantity, 0) as opening,
  coalesce(quantity_on_hand, 0) as "onHand",
  change as closed,
  quantity_on_hand is null as "isGone"
from shelves
full join closed using (product_id)
order by product_id
