-- Topics to which the outbox has sent messages that are still in it; dead letters first. And the time by the database's clock.
with messages as (
  select * from ledger.outbox
)

select
  topic,
  count(*) as messages,
  (extract(epoch from clock_timestamp()) * 1000)::bigint as now
from messages
where sent_at is not null
group by topic
order by topic <> 'dlq', topic
