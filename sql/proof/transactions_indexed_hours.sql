-- When each hour was transformed, and whether the index has that.
with transformed_hours as (
  select * from payments.transformed_hours
)

select
  to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour,
  transformed_at::text as "transformedAt",
  coalesce(indexed_as_of = transformed_at, false) as "isIndexed"
from transformed_hours
