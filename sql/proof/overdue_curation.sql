-- Loads that have waited for more than so many minutes ($1) to be curated, in the partition ($2)
-- from the offset ($3) on, or in all if these are null; `total` counts all of them.
with loads as (
  select * from ledger.loads
),

deliveries as (
  select *
  from ledger.deliveries
  where
    (consumer, topic) = ('archive-orders', 'orders')
    and ($2::integer is null or partition = $2)
    and ($3::bigint is null or int8range(first_offset, last_offset, '[]') && int8range($3, null))
),

curations as (
  select * from curated.curations
)

select
  object_key as what,
  loaded_at as since,
  count(*) over () as total
from loads
inner join deliveries using (delivery_id)
left join curations using (delivery_id)
where curations.delivery_id is null and loaded_at < now() - make_interval(mins => $1)
order by since
limit 50
