-- Views: customers (shop.customers, all or those who ordered; signed_up_at is text) and orders (as in fact_orders.sql).
with known as (
  select customer_id, country, segment, signed_up_at from customers
),

-- Customers known only from orders, with the country of their first order.
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

  signed_up_at
from known

union all

select
  customer_id,

  country,
  'unknown' as segment,

  null as signed_up_at
from inferred
