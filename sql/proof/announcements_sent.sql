-- Announcements of stock that were sent, after this one ($1) and at most so many ($2), with where their events are.
with announcements as (
  select * from ledger.announcements
),

deliveries as (
  select * from ledger.deliveries
),

relay as (
  select hours from ledger.relay_hours
)

select
  announcement_id as "announcementId",
  topic,
  partition,
  first_offset as "firstOffset",
  last_offset as "lastOffset",
  on_hand as "onHand",
  (extract(epoch from sent_at) * 1000)::bigint as "sentAt",
  hours - sent_hour as "hoursAgo"
from announcements
inner join deliveries using (delivery_id)
cross join relay
where sent_at is not null and announcement_id > $1
order by announcement_id
limit $2
