-- Counted products whose stock isn't what their newest count found and what moved since, or whose shelf names another count; `total`
-- counts all of them. Those of which topic $1 has a count in the partition ($2) from the offset ($3) on, or all if these are null.
-- Not materialized: PostgreSQL would read the whole log, whatever is asked.
with log as not materialized (
  select
    topic,
    partition,
    kafka_offset,
    product_id,
    event_id,
    occurred_at,
    counted,
    coalesce(covered, change) as pieces
  from inventory.events_log
  where status = 'processed'
),

shelves as (
  select * from inventory.inventory
),

asked as (
  select product_id
  from log
  where
    counted is not null
    and topic = $1
    and ($2::integer is null or partition = $2)
    and ($3::bigint is null or kafka_offset >= $3)
  union
  select product_id
  from shelves
  where $2::integer is null and (counted_at is not null or newest_count is not null)
),

counts as (
  select distinct on (product_id)
    product_id,
    event_id,
    occurred_at as counted_at,
    counted
  from asked
  inner join log using (product_id)
  where counted is not null
  order by product_id, occurred_at desc, event_id collate "C" desc
),

moved as (
  select
    product_id,
    (sum(pieces) filter (where occurred_at > counted_at))::bigint as pieces
  from counts
  inner join log using (product_id)
  where log.counted is null
  group by product_id
),

compared as (
  select
    product_id,
    event_id,
    counts.counted + coalesce(pieces, 0) as due,
    quantity_on_hand,
    coalesce(counts.counted_at = shelves.counted_at and event_id = newest_count, false) as is_named
  from asked
  left join counts using (product_id)
  left join moved using (product_id)
  left join shelves using (product_id)
)

select
  product_id,
  event_id as count,
  due,
  quantity_on_hand as "onHand",
  is_named as "isNamed",
  count(*) over () as total
from compared
where due is distinct from quantity_on_hand or not is_named
order by product_id
limit 50
