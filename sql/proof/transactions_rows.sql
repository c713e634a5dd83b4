-- Raw rows that don't stand in the clean table with what follows from them, and clean rows without a raw one, except for
-- hours that wait to be transformed; `total` counts all of them.
with changed_hours as (
  select event_hour from payments.changed_hours
),

lateness as (
  select after_seconds from payments.lateness
),

raw as (
  select * from payments.transactions
),

clean as (
  select * from payments.transactions_clean
)

select
  raw.partition,
  raw.kafka_offset,
  transaction_id,
  count(*) over () as total
from raw
full join clean using (transaction_id)
where
  (
    raw.user_id,
    raw.amount,
    raw.currency,
    raw.status,
    raw.event_time,
    raw.processing_time,
    date_trunc('hour', raw.event_time, 'UTC'),
    (raw.event_time at time zone 'UTC')::date,
    extract(epoch from raw.processing_time - raw.event_time),
    extract(epoch from raw.processing_time - raw.event_time) > (select after_seconds from lateness),
    extract(epoch from raw.processing_time - raw.event_time) < 0
  ) is distinct from (
    clean.user_id,
    clean.amount,
    clean.currency,
    clean.status,
    clean.event_time,
    clean.processing_time,
    clean.event_hour,
    clean.event_date,
    clean.latency_seconds,
    clean.is_late,
    clean.is_ahead
  )
  and date_trunc('hour', coalesce(raw.event_time, clean.event_time), 'UTC')
  not in (select event_hour from changed_hours)
order by raw.partition, raw.kafka_offset
limit 50
