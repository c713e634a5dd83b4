-- The events of those days, each once a day: of several with one id the first counts, by partition and offset. If one comes
-- again with another day, it counts on both: a day must not depend on which objects of other days were read beside its own.
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
