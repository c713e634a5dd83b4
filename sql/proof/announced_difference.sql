-- Orders without a message in the outbox against messages that were removed from it: how many, and by how much the sums
-- of their fingerprints differ.
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
),

without as (
  select
    count(*) as without,
    coalesce(sum(fingerprint), 0) as key_sum
  from curated
  where not exists (select from announced where announced.order_id = curated.order_id)
),

removed as (
  select
    coalesce(sum(messages), 0)::bigint as removed,
    coalesce(sum(key_sum), 0) as key_sum
  from ledger.outbox_removed
  where output_topic = 'orders_cleaned'
)

select
  without,
  removed,
  (without.key_sum - removed.key_sum)::text as difference
from without, removed
