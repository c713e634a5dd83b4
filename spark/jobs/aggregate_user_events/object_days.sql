-- The days of the events in the new objects.
with located as (
  select
    substring_index(input_file_name(), '/', -4) as object_key,
    cast(to_date(occurred_at) as string) as event_date
  from new_events
)

select distinct
  new_objects.delivery_id,
  located.event_date
from located
inner join new_objects using (object_key)
