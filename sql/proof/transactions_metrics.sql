-- The view hourly_metrics, row by row, as the index must hold it: these hours ($1), or all if that is null.
with hours as (
  select * from payments.hourly_metrics where $1::timestamptz[] is null or event_hour = any($1)
)

select
  to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as event_hour,
  total_transactions,
  total_amount::float8 as total_amount,
  late_transactions,
  late_ratio::float8 as late_ratio,
  amounts
from hours
order by hours.event_hour
