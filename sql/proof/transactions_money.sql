-- The sum of the raw and of the clean table, except for hours that wait to be transformed.
-- Not materialized: PostgreSQL could not read a table in parallel beside it.
with changed_hours as not materialized (
  select event_hour from payments.changed_hours
),

raw as (
  select sum(amount) as raw
  from payments.transactions
  where date_trunc('hour', event_time, 'UTC') not in (select event_hour from changed_hours)
),

clean as (
  select sum(amount) as clean
  from payments.transactions_clean
  where event_hour not in (select event_hour from changed_hours)
)

select
  coalesce(raw, 0)::numeric(30, 2)::text as raw,
  coalesce(clean, 0)::numeric(30, 2)::text as clean
from raw, clean
