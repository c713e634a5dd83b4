-- Topics to which the outbox has sent messages that are still in it; dead letters first.
with messages as (
  select * from ledger.outbox
)

select
  topic,
  count(*) as messages
from messages
where sent_at is not null
group by topic
order by topic <> 'dlq', topic
