-- Curated orders that don't say what their source says; `total` counts all of them. Spark's stream may be ahead of the
-- warehouse and its batch behind it, so only orders that are in both are compared.
with source as (
  select * from curated.sources
),

curated as (
  select * from curated.fact_orders
)

select
  order_id::text as order_id,
  to_jsonb(source)::text as source,
  jsonb_build_object('amount', curated.amount, 'currency', curated.currency, 'order_date', order_date)::text as curated,
  count(*) over () as total
from source
inner join curated using (order_id)
where
  (
    curated.customer_id,
    curated.product_id,
    curated.created_at,
    curated.order_date,
    curated.quantity,
    curated.amount,
    curated.currency,
    curated.country
  ) is distinct from (
    source.customer_id,
    source.product_id,
    source.created_at,
    (source.created_at at time zone 'UTC')::date,
    source.quantity,
    source.amount,
    source.currency,
    source.country
  )
order by order_id
limit 50
