-- Orders that explain the difference: all whose message is gone when none was removed ($1 is 0); otherwise the one whose
-- fingerprint is what is missing or too much ($2). `total` counts all of them.
select
  order_id,
  count(*) over () as total
from curated.announcements
where
  removed_said is not null
  and ($1::bigint = 0 or removed_said in ($2::numeric, -($2::numeric)))
order by order_id
limit 50
