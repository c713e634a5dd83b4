-- The events of those days, each event_id once a day: the first by partition and offset. An id that occurs on two days counts on
-- both, since a day must not depend on which objects of other days were read.
with dated as (
  select *, cast(to_date(occurred_at) as string) as event_date from events
),

numbered as (
  select
    *,
    row_number() over (partition by event_date, event_id order by kafka_partition, kafka_offset) as appearance
  from dated
)

select numbered.*
from numbered
left semi join changed_days using (event_date)
where appearance = 1
