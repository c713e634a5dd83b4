-- Hours that wait to be transformed.
with changed_hours as (
  select * from payments.changed_hours
)

select to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour
from changed_hours
order by hour
