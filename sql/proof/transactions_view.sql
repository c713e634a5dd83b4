-- The clean table and the view hourly_metrics, each summed up in a line: of these hours ($1), or of all if that is null.
with transactions as (
  select * from payments.transactions_clean where $1::timestamptz[] is null or event_hour = any($1)
),

hours as (
  select * from payments.hourly_metrics where $1::timestamptz[] is null or event_hour = any($1)
),

clean as (
  select
    format(
      '%s, %s late, %s',
      count(*),
      count(*) filter (where is_late),
      coalesce(sum(amount), 0)::numeric(30, 2)
    ) as clean
  from transactions
),

metrics as (
  select
    format(
      '%s, %s late, %s',
      coalesce(sum(total_transactions), 0),
      coalesce(sum(late_transactions), 0),
      coalesce(sum(total_amount), 0)::numeric(30, 2)
    ) as view
  from hours
)

select
  clean,
  view
from clean, metrics
