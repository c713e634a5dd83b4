-- Objects of orders that have waited for more than so many minutes ($1) to be loaded; `total` counts all of them.
with objects as (
  select * from ledger.deliveries where consumer = 'archive-orders' and state = 'committed' and object_key is not null
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
