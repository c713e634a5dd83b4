-- Every order's customer is in dim_customers.
with orders as (
  select * from curated.fact_orders
),

customers as (
  select * from curated.dim_customers
)

select order_id, customer_id
from orders
left join customers using (customer_id)
where customers.customer_id is null
order by order_id
limit 20
