-- Curated orders that don't say what their source says; `total` counts all of them. Spark's stream is ahead of its batch, which
-- settles which record of an order counts and takes over what the shop has corrected: so of orders from Kafka only those of
-- curated loads are compared, and those of the shop's history only if the batch must have seen everything ($1 is true). The text leaves out
-- whose order it is, since the notes of proofs are for all who may look.
with deliveries as (
  select * from ledger.deliveries
),

curations as (
  select * from curated.curations
),

source as (
  select
    sources.*,
    deliveries.partition as kafka_partition
  from curated.sources
  left join deliveries using (delivery_id)
  where $1 or delivery_id in (select delivery_id from curations)
),

curated as (
  select * from curated.fact_orders
)

select
  order_id::text as order_id,
  (to_jsonb(source) - 'customer_id')::text as source,
  jsonb_build_object('amount', curated.amount, 'currency', curated.currency, 'order_date', order_date)::text as curated,
  count(*) over () as total
from source
inner join curated using (order_id)
where
  (
    curated.customer_id,
    curated.product_id,
    curated.kafka_partition,
    curated.kafka_offset,
    curated.created_at,
    curated.order_date,
    curated.quantity,
    curated.amount,
    curated.currency,
    curated.country,
    case when curated.kafka_offset is not null then curated.category end
  ) is distinct from (
    source.customer_id,
    source.product_id,
    source.kafka_partition,
    source.kafka_offset,
    source.created_at,
    (source.created_at at time zone 'UTC')::date,
    source.quantity,
    source.amount,
    source.currency,
    source.country,
    source.category
  )
order by order_id
limit 50
