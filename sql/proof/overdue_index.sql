-- Hours of payments that have waited for more than so many minutes ($1) to be indexed; `total` counts all of them.
with transformed_hours as (
  select * from payments.transformed_hours where indexed_as_of is distinct from transformed_at
)

select
  to_char(event_hour at time zone 'UTC', '"the hour "YYYY-MM-DD"T"HH24:MI"Z"') as what,
  transformed_at as since,
  count(*) over () as total
from transformed_hours
where transformed_at < now() - make_interval(mins => $1)
order by since
limit 50
