-- What must be announced, what the outbox announces, and what of that was sent. Updates of stock that were removed from the
-- outbox since count too: all of them were sent.
with messages as (
  select * from ledger.outbox
),

events as (
  select * from inventory.events_log where status = 'processed'
),

dead_letters as (
  select * from ledger.dead_letters
),

deliveries as (
  select * from ledger.deliveries where state = 'committed'
),

removed as (
  select coalesce(sum(messages), 0)::bigint as removed
  from ledger.outbox_removed
  where output_topic = 'inventory_updates'
),

outbox as (
  select
    count(*) filter (where topic = 'inventory_updates') as updates,
    count(*) filter (where dead_letter_id is not null) as letters_out,
    count(*) filter (where sent_at is null) as waiting,
    count(*) filter (where topic = 'inventory_updates' and sent_at is not null) as updates_sent,
    count(*) filter (where dead_letter_id is not null and sent_at is not null) as letters_sent
  from messages
),

processed as (
  select count(*) as processed from events
),

letters as (
  select count(*) as letters
  from dead_letters
  inner join deliveries using (delivery_id)
)

select
  processed,
  letters,
  letters_out as "lettersOut",
  waiting,
  letters_sent as "lettersSent",
  updates + removed as updates,
  updates_sent + removed as "updatesSent"
from outbox, removed, processed, letters
