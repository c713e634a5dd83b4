-- Orders are unique by id and by their position in Kafka, customers and products by id.
with orders as (
  select * from curated.fact_orders
),

customers as (
  select * from curated.dim_customers
),

products as (
  select * from curated.dim_products
)

select 'order_id' as key, order_id::text as value, count(*) as times
from orders
group by order_id
having count(*) > 1

union all

select 'kafka_partition, kafka_offset', format('%s, %s', kafka_partition, kafka_offset), count(*)
from orders
where kafka_offset is not null
group by kafka_partition, kafka_offset
having count(*) > 1

union all

select 'customer_id', customer_id::text, count(*)
from customers
group by customer_id
having count(*) > 1

union all

select 'product_id', product_id, count(*)
from products
group by product_id
having count(*) > 1
limit 20
