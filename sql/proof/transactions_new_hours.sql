-- The hours of the payments in these deliveries ($1), and those that were transformed after a time ($2).
with transactions as (
  select * from payments.transactions where delivery_id = any($1)
),

transformed_hours as (
  select * from payments.transformed_hours where transformed_at > $2
),

hours as (
  select date_trunc('hour', event_time, 'UTC') as event_hour from transactions
  union
  select event_hour from transformed_hours
)

select to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour
from hours
order by event_hour
