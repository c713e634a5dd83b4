-- Hours of payments that have waited for more than so many minutes ($1) to be transformed; `total` counts all of them.
with changed_hours as (
  select * from payments.changed_hours
),

transformed_hours as (
  select * from payments.transformed_hours
),

-- `greatest` takes no notice of null.
waiting as (
  select
    event_hour,
    greatest(waiting_since, transformed_at) as since
  from changed_hours
  left join transformed_hours using (event_hour)
)

select
  to_char(event_hour at time zone 'UTC', '"the hour "YYYY-MM-DD"T"HH24:MI"Z"') as what,
  since,
  count(*) over () as total
from waiting
where since < now() - make_interval(mins => $1)
order by since
limit 50
