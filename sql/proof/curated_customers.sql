-- Customers of curated that aren't as the shop has them, or that it doesn't know and that aren't marked so, and customers of orders
-- without a row; `total` counts all. The country of one that the shop doesn't know is that of an order which may say otherwise by now.
with known as (
  select * from shop.customers
),

curated as (
  select * from curated.dim_customers
),

ordering as (
  select distinct customer_id from curated.fact_orders
)

select
  customer_id::text as id,
  count(*) over () as total
from curated
full join known using (customer_id)
full join ordering using (customer_id)
where
  curated.customer_id is null
  or case
    when known.customer_id is not null
      then
        (curated.country, curated.segment, curated.signed_up_at)
        is distinct from (known.country, known.segment, known.signed_up_at)
    else curated.segment <> 'unknown' or curated.signed_up_at is not null
  end
order by id
limit 50
