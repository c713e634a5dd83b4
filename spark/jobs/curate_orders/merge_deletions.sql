-- Removes from curated what the shop has deleted. It reads the shop's tables as they are now, since what was staged may be older.
--
-- Only orders of the shop's history follow shop.orders. Those from Kafka stay, and what they mention stays with them: their
-- customer or product becomes one that is known only from orders, as in dim_customers.sql and dim_products.sql.

with history as (
  select * from shop.orders
)

delete from curated.fact_orders
where kafka_offset is null
  and not exists (select from history where history.order_id = fact_orders.order_id);

with known as (
  select * from shop.customers
),

curated as (
  select * from curated.dim_customers where signed_up_at is not null
),

deleted as (
  select customer_id
  from curated
  where not exists (select from known where known.customer_id = curated.customer_id)
),

orphaned as (
  update curated.fact_orders
  set customer_segment = 'unknown'
  from deleted
  where fact_orders.customer_id = deleted.customer_id
  returning fact_orders.*
),

first_orders as (
  select distinct on (customer_id) customer_id, country
  from orphaned
  order by customer_id, created_at, order_id
),

kept as (
  update curated.dim_customers
  set country = first_orders.country, segment = 'unknown', signed_up_at = null
  from first_orders
  where dim_customers.customer_id = first_orders.customer_id
)

delete from curated.dim_customers
where customer_id in (select customer_id from deleted)
  and customer_id not in (select customer_id from first_orders);

with known as (
  select * from shop.products
),

curated as (
  select * from curated.dim_products where price is not null
),

orders as (
  select * from curated.fact_orders
),

deleted as (
  select product_id
  from curated
  where not exists (select from known where known.product_id = curated.product_id)
),

first_orders as (
  select distinct on (product_id) product_id, orders.category
  from orders
  inner join deleted using (product_id)
  order by product_id, created_at, order_id
),

kept as (
  update curated.dim_products
  set name = dim_products.product_id, category = first_orders.category, price = null
  from first_orders
  where dim_products.product_id = first_orders.product_id
)

delete from curated.dim_products
where product_id in (select product_id from deleted)
  and product_id not in (select product_id from first_orders);
