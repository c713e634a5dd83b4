-- The events of those days, each once: of several with one id the first counts, by partition and offset.
with numbered as (
  select
    *,
    row_number() over (partition by event_id order by kafka_partition, kafka_offset) as appearance
  from events
),

firsts as (
  select *, cast(to_date(occurred_at) as string) as event_date from numbered where appearance = 1
)

select firsts.*
from firsts
left semi join changed_days using (event_date)
