-- Messages of the outbox, and announcements of a delivery's movements, that have waited for more than so many minutes ($1) to be
-- published; `total` counts all of them.
with unsent as (
  select * from ledger.waiting
)

select
  format('message %s for %s', outbox_id, topic) || coalesce(' of delivery ' || delivery_id, '') as what,
  created_at as since,
  count(*) over () as total
from unsent
where created_at < now() - make_interval(mins => $1)
order by since
limit 50
