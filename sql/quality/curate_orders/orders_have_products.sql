-- Every product that an order names is in dim_products.
with orders as (
  select * from curated.fact_orders
),

products as (
  select * from curated.dim_products
)

select order_id, product_id
from orders
left join products using (product_id)
where orders.product_id is not null and products.product_id is null
order by order_id
limit 20
