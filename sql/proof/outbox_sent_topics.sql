-- Topics to which messages were sent that are still in the outbox or among the announcements of stock; dead letters first. And the time
-- by the database's clock.
with outbox as (
  select * from ledger.outbox where sent_at is not null
),

announcements as (
  select * from ledger.announcements where sent_at is not null
),

sent as (
  select
    topic,
    1 as messages
  from outbox
  union all
  select
    'inventory_updates',
    movements
  from announcements
)

select
  topic,
  sum(messages)::bigint as messages,
  (extract(epoch from clock_timestamp()) * 1000)::bigint as now
from sent
group by topic
order by topic <> 'dlq', topic
