-- The orders of those days, each by its first purchase on them: a page that is loaded again sends the same order in another event.
-- A purchase without order, amount or currency does not count.
with dated as (
  select *, cast(to_date(occurred_at) as string) as event_date
  from events
  where event_type = 'purchase' and order_id is not null and amount is not null and currency is not null
),

numbered as (
  select
    dated.*,
    row_number() over (partition by order_id order by occurred_at, kafka_partition, kafka_offset) as appearance
  from dated
  left semi join changed_days using (event_date)
)

select
  order_id,
  kafka_partition,
  kafka_offset,

  amount,

  currency,

  -- As text: JDBC would convert a timestamp to wall-clock time in the JVM's zone.
  cast(occurred_at as string) || 'Z' as occurred_at,
  event_date as order_date
from numbered
where appearance = 1
