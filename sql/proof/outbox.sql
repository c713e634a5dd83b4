-- What is announced, and what of that was sent; what must be announced is counted if all is to be read ($1 is true), and then
-- letters that went to the topic of updates, too. An announcement of stock counts as the messages that it stands for. Those that
-- were removed since count too: all of them were sent. Each count is of an index otherwise: what is there is a week's.
with sent as (
  select * from ledger.outbox where sent_at is not null and dead_letter_id is null
),

announcements as (
  select * from ledger.announcements where sent_at is not null
),

waiting as (
  select * from ledger.waiting
),

announced_letters as (
  select * from ledger.outbox where dead_letter_id is not null
),

letters_among_updates as (
  select *
  from ledger.outbox
  where $1 and dead_letter_id is not null and sent_at is not null and topic = 'inventory_updates'
),

dead_letters as (
  select * from ledger.dead_letters where $1
),

deliveries as (
  select * from ledger.deliveries where state = 'committed'
),

removed as (
  select coalesce(sum(messages), 0)::bigint as removed
  from ledger.outbox_removed
  where output_topic = 'inventory_updates'
),

sent_updates as (
  select count(*) as sent from sent where topic = 'inventory_updates'
),

sent_announcements as (
  select coalesce(sum(movements), 0)::bigint as announced from announcements
),

sent_letters as (
  select count(*) as misplaced from letters_among_updates
),

waiting_messages as (
  select
    coalesce(sum(messages), 0)::bigint as waiting,
    coalesce(sum(messages) filter (where topic = 'inventory_updates'), 0)::bigint as updates,
    count(*) filter (where dead_letter_id is not null) as letters
  from waiting
),

letters_out as (
  select count(*) as letters from announced_letters
),

letters as (
  select count(*) as letters
  from dead_letters
  inner join deliveries using (delivery_id)
)

select
  letters.letters,
  letters_out.letters as "lettersOut",
  waiting,
  letters_out.letters - waiting_messages.letters as "lettersSent",
  sent + announced + misplaced + updates + removed as updates,
  sent + announced + misplaced + removed as "updatesSent"
from sent_updates, sent_announcements, sent_letters, waiting_messages, letters_out, removed, letters
