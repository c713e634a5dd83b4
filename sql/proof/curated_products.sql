-- Products of curated that aren't as the shop has them, or that it doesn't know and that aren't marked so, and products of orders
-- without a row; `total` counts all. The category of one that the shop doesn't know is that of an order which may say otherwise by now.
with known as (
  select * from shop.products
),

curated as (
  select * from curated.dim_products
),

ordered as (
  select distinct product_id from curated.fact_orders where product_id is not null
)

select
  product_id as id,
  count(*) over () as total
from curated
full join known using (product_id)
full join ordered using (product_id)
where
  curated.product_id is null
  or case
    when known.product_id is not null
      then (curated.name, curated.category, curated.price) is distinct from (known.name, known.category, known.price)
    else curated.name <> product_id or curated.price is not null
  end
order by id
limit 50
