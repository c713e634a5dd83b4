-- What each product's movements come to, on the topic ($1) in the partition ($2) from the offset ($3) on, or all if these are null: how
-- many, how many of them are sales, their sum, and the sum of those that are closed.
with events as (
  select *
  from inventory.events_log
  where
    status = 'processed'
    and ($1::text is null or topic = $1)
    and ($2::integer is null or partition = $2)
    and ($3::bigint is null or kafka_offset >= $3)
),

closed as (
  select * from ledger.closed_partitions where consumer = 'update-inventory'
)

select
  product_id,
  count(*) as movements,
  count(*) filter (where counted is null and coalesce(covered, change) < 0) as sales,
  sum(change)::bigint as change,
  coalesce(sum(change) filter (where kafka_offset < before_offset), 0)::bigint as closed
from events
left join closed using (topic, partition)
group by product_id
