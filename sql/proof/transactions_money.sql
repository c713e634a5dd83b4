-- The sum of the raw and of the clean table in an hour ($1), or in all if that is null, except for hours that wait to be transformed.
-- Not materialized: PostgreSQL could not read a table in parallel beside it.
with changed_hours as not materialized (
  select event_hour from payments.changed_hours
),

raw as (
  select sum(amount) as raw
  from payments.transactions
  where
    date_trunc('hour', event_time, 'UTC') not in (select event_hour from changed_hours)
    and ($1::timestamptz is null or (event_time >= $1 and event_time < $1 + interval '1 hour'))
),

clean as (
  select sum(amount) as clean
  from payments.transactions_clean
  where
    event_hour not in (select event_hour from changed_hours)
    and ($1::timestamptz is null or event_hour = $1)
)

select
  coalesce(raw, 0)::numeric(30, 2)::text as raw,
  coalesce(clean, 0)::numeric(30, 2)::text as clean
from raw, clean
