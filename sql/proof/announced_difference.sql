-- Orders whose messages must have been removed from the outbox against what was: how many, and by how much the sums of what
-- was said of them differ.
with orders as (
  select
    count(removed_said) as without,
    coalesce(sum(removed_said), 0) as value_sum
  from curated.announcements
),

removed as (
  select
    coalesce(sum(messages), 0)::bigint as removed,
    coalesce(sum(value_sum), 0) as value_sum
  from ledger.outbox_removed
  where output_topic = 'orders_cleaned'
)

select
  without,
  removed,
  (orders.value_sum - removed.value_sum)::text as difference
from orders, removed
