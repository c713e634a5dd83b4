-- Products that came by their topic and have no shelf, which each of them got with its first record; `total` counts all of them.
with products as (
  select * from shop.products where delivery_id is not null
),

shelves as (
  select * from inventory.inventory
)

select
  product_id,
  count(*) over () as total
from products
where product_id not in (select product_id from shelves)
order by product_id
limit 50
