-- Orders that are only curated, or only in the warehouse and the shop's history; `total` counts all of them.
-- Of two orders with one id, the one from Kafka is in the warehouse and counts.
with source as (
  select order_id, user_id as customer_id, product_id, created_at, quantity, amount, currency, country
  from warehouse.fact_orders
  union all
  select order_id, customer_id, product_id, created_at, quantity, amount, currency, country
  from shop.orders
  where not exists (select from warehouse.fact_orders where fact_orders.order_id = orders.order_id)
),

curated as (
  select * from curated.fact_orders
)

select
  order_id::text as order_id,
  curated.order_id is null as missing,
  count(*) over () as total
from source
full join curated using (order_id)
where source.order_id is null or curated.order_id is null
order by order_id
limit 50
