-- Views: customers (shop.customers, all or those who ordered) and orders (as in fact_orders.sql).
with known as (
  select customer_id, country, segment, signed_up_at from customers
),

-- Customers whom only orders know; of several countries, the one that they ordered from first.
inferred as (
  select
    customer_id,
    min_by(country, struct(created_at, order_id)) as country
  from orders
  left anti join known using (customer_id)
  group by customer_id
)

select
  customer_id,

  country,
  segment,

  -- As text: by JDBC a timestamp would reach staging as wall-clock time of wherever the JVM runs.
  cast(signed_up_at as string) || 'Z' as signed_up_at
from known

union all

select
  customer_id,

  country,
  'unknown' as segment,

  null as signed_up_at
from inferred
