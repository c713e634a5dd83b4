-- Every customer who signed up more than a day ago is in dim_customers, and not as unknown.
with shop as (
  select * from shop.customers
),

customers as (
  select * from curated.dim_customers
)

select customer_id, shop.segment, customers.segment as curated_segment
from shop
left join customers using (customer_id)
where customers.signed_up_at is null and shop.signed_up_at < now() - interval '1 day'
order by customer_id
limit 20
