-- Orders that explain the difference: all that have no message when none was removed ($1 is 0); otherwise the one whose
-- fingerprint is what is missing or too much ($2). `total` counts all of them.
with announced as (
  select
    convert_from(record_key, 'UTF8')::uuid as order_id,
    count(*) as messages
  from ledger.outbox
  where topic = 'orders_cleaned'
  group by order_id
),

curated as (
  select
    order_id,
    ledger.fingerprint(convert_to(order_id::text, 'UTF8')) as fingerprint
  from curated.fact_orders
  where kafka_offset is not null
)

select
  order_id::text as order_id,
  count(*) over () as total
from curated
left join announced using (order_id)
where case when $1::bigint = 0 then messages is null else fingerprint in ($2::numeric, -($2::numeric)) end
order by order_id
limit 50
