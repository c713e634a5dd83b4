-- No column is null or empty that must not be, and an order has both Kafka partition and offset or neither.
with orders as (
  select * from curated.fact_orders
),

customers as (
  select * from curated.dim_customers
),

products as (
  select * from curated.dim_products
)

select 'fact_orders' as table_name, order_id::text as key
from orders
where order_id is null
  or customer_id is null
  or order_date is null
  or created_at is null
  or amount is null
  or coalesce(currency, '') = ''
  or coalesce(category, '') = ''
  or coalesce(country, '') = ''
  or coalesce(customer_segment, '') = ''
  or product_id = ''
  or (kafka_partition is null) <> (kafka_offset is null)

union all

select 'dim_customers', customer_id::text
from customers
where customer_id is null or coalesce(country, '') = '' or coalesce(segment, '') = ''

union all

select 'dim_products', product_id
from products
where coalesce(product_id, '') = '' or coalesce(name, '') = '' or coalesce(category, '') = ''
limit 20
