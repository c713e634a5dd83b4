-- Redrives whose message isn't the letter's record, with the edited value if there is one; `total` counts all of them.
with redrives as (
  select * from ledger.redrives
),

letters as (
  select * from ledger.dead_letters
),

outbox as (
  select * from ledger.outbox
)

select
  redrives.dead_letter_id,
  count(*) over () as total
from redrives
left join letters using (dead_letter_id)
left join outbox using (outbox_id)
where
  (outbox.topic, outbox.record_key, outbox.record_value)
  is distinct from (letters.topic, letters.record_key, coalesce(edited_value, letters.record_value))
  or outbox.outbox_id is null
order by redrives.dead_letter_id
limit 50
