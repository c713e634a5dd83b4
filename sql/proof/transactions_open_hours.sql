-- The hours of payments that wait to be transformed, or to be indexed as they were transformed last.
with changed_hours as (
  select * from payments.changed_hours
),

transformed_hours as (
  select * from payments.transformed_hours where indexed_as_of is distinct from transformed_at
)

select to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour
from changed_hours
full join transformed_hours using (event_hour)
order by event_hour
