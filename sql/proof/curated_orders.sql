-- Orders that are only curated, or only in their sources; `total` counts all of them.
with source as (
  select * from curated.sources
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
