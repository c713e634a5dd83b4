-- Orders of which the messages that are still in the outbox don't say what curated says; `total` counts all of them.
select
  order_id,
  count(*) over () as total
from curated.announcements
where is_wrong
order by order_id
limit 50
