-- Messages of the outbox that have waited for more than so many minutes ($1) to be published; `total` counts all of them.
with unsent as (
  select * from ledger.outbox where sent_at is null
)

select
  format('message %s for %s', outbox_id, topic) as what,
  created_at as since,
  count(*) over () as total
from unsent
where created_at < now() - make_interval(mins => $1)
order by since
limit 50
