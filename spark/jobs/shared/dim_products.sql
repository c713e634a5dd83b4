-- Views: products (shop.products, all or those ordered) and orders (as in fact_orders.sql).
with known as (
  select product_id, name, category, price from products
),

-- Products known only from orders, with the category of their first order.
inferred as (
  select
    product_id,
    min_by(category, struct(created_at, order_id)) as category
  from orders
  left anti join known using (product_id)
  where product_id is not null
  group by product_id
)

select
  product_id,

  name,
  category,

  price
from known

union all

select
  product_id,

  product_id as name,
  category,

  null as price
from inferred
