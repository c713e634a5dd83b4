-- The messages of a topic ($1) that were sent, after this one ($2) and at most so many ($3), with what they consist of.
with outbox as (
  select *
  from ledger.outbox
  where topic = $1 and sent_at is not null and outbox_id > $2
  order by outbox_id
  limit $3
),

letters as (
  select * from ledger.dead_letters
),

relay as (
  select hours from ledger.relay_hours
)

select
  outbox_id as "outboxId",
  outbox.topic,
  (extract(epoch from sent_at) * 1000)::bigint as "sentAt",
  relay.hours - sent_hour as "hoursAgo",
  coalesce(letters.record_key, outbox.record_key) as key,
  coalesce(letters.record_value, outbox.record_value) as value,
  -- A dead letter's row has none of its own.
  coalesce(letters.headers, '[]') || outbox.headers as headers,
  case
    when letters.dead_letter_id is not null
      then json_build_object(
          'deadLetterId', letters.dead_letter_id,
          'topic', letters.topic,
          'partition', letters.partition,
          'offset', record_offset,
          'reason', reason,
          'message', message,
          'consumer', consumer,
          'failedAt', to_char(failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        )
  end as "deadLetter"
from outbox
cross join relay
left join letters using (dead_letter_id)
order by outbox_id
