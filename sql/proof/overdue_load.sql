-- Objects of orders that have waited for more than so many minutes ($1) to be loaded, in the partition ($2)
-- from the offset ($3) on, or in all if these are null; `total` counts all of them.
with objects as (
  select *
  from ledger.deliveries
  where
    (consumer, topic) = ('archive-orders', 'orders')
    and state = 'committed'
    and object_key is not null
    and ($2::integer is null or partition = $2)
    and ($3::bigint is null or int8range(first_offset, last_offset, '[]') && int8range($3, null))
),

loads as (
  select * from ledger.loads
)

select
  object_key as what,
  committed_at as since,
  count(*) over () as total
from objects
left join loads using (delivery_id)
where loads.delivery_id is null and committed_at < now() - make_interval(mins => $1)
order by since
limit 50
