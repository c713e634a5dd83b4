-- Bronze objects that have waited for more than so many minutes ($1) to be in gold; `total` counts all of them.
with objects as (
  select *
  from ledger.deliveries
  where consumer = 'archive-user-events' and state = 'committed' and object_key is not null
),

aggregations as (
  select * from gold.aggregations
)

select
  object_key as what,
  committed_at as since,
  count(*) over () as total
from objects
left join aggregations using (delivery_id)
where aggregations.delivery_id is null and committed_at < now() - make_interval(mins => $1)
order by since
limit 50
