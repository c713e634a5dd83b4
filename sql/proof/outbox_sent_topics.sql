-- Topics to which messages were sent that are still in the outbox or among the announcements of stock; dead letters first. And the time
-- by the database's clock.
with outbox as (
  select * from ledger.outbox where sent_at is not null
),

announcements as (
  select * from ledger.announcements where sent_at is not null
),

sent as (
  select topic from outbox
  union
  select 'inventory_updates' from announcements
)

select
  topic,
  (extract(epoch from clock_timestamp()) * 1000)::bigint as now
from sent
order by topic <> 'dlq', topic
