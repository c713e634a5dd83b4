-- Redrives whose message isn't the letter's record, with the edited value if there is one, and messages that are neither a redrive's
-- nor a dead letter's nor an announcement; `total` counts all of them.
with redrives as (
  select * from ledger.redrives
),

letters as (
  select * from ledger.dead_letters
),

-- Ranges of topics, and a part for each of the indexes: most messages are announcements.
outbox as (
  select *
  from ledger.outbox
  where
    dead_letter_id is null
    and sent_at is not null
    and (
      topic < 'inventory_updates'
      or (topic > 'inventory_updates' and topic < 'orders_cleaned')
      or topic > 'orders_cleaned'
    )
  union all
  select *
  from ledger.outbox
  where dead_letter_id is null and sent_at is null and topic not in ('inventory_updates', 'orders_cleaned')
)

select
  redrives.dead_letter_id,
  outbox.outbox_id,
  outbox.topic,
  count(*) over () as total
from redrives
full join outbox using (outbox_id)
left join letters on redrives.dead_letter_id = letters.dead_letter_id
where
  (outbox.topic, outbox.record_key, outbox.record_value)
  is distinct from (letters.topic, letters.record_key, coalesce(edited_value, letters.record_value))
  or outbox.outbox_id is null
  or redrives.redrive_id is null
order by redrives.dead_letter_id, outbox.outbox_id
limit 50
