-- The messages of a topic ($1) that were sent, after this one ($2) and at most so many ($3), with what they consist of.
with messages as (
  select * from ledger.messages
),

relay as (
  select hours from ledger.relay_hours
)

select
  outbox_id as "outboxId",
  topic,
  (extract(epoch from sent_at) * 1000)::bigint as "sentAt",
  hours - sent_hour as "hoursAgo",
  key,
  value,
  headers,
  dead_letter as "deadLetter"
from messages
cross join relay
where topic = $1 and sent_at is not null and outbox_id > $2
order by outbox_id
limit $3
