-- Orders that the outbox announces more than once, or that are none of the curated ones; `total` counts all of them.
with announced as (
  select
    convert_from(record_key, 'UTF8')::uuid as order_id,
    count(*) as messages
  from ledger.outbox
  where topic = 'orders_cleaned'
  group by order_id
),

curated as (
  select order_id from curated.fact_orders where kafka_offset is not null
)

select
  order_id::text as order_id,
  count(*) over () as total
from announced
left join curated using (order_id)
where messages > 1 or curated.order_id is null
order by order_id
limit 50
