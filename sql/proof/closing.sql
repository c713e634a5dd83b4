-- What the proof has closed, and when; and now.
with closing as (
  select * from ledger.closing
),

transformed as (
  select max(transformed_at)::text as transformed_as_of from payments.transformed_hours
)

select
  closings,
  to_char(closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "closedAt",
  closing.transformed_as_of::text as "transformedAsOf",
  array(
    select to_char(hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from unnest(open_hours) as hours (hour)
  ) as "openHours",
  now()::text as now,
  transformed.transformed_as_of as "transformedNow"
from closing, transformed
