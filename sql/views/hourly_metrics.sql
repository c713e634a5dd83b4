create or replace view payments.hourly_metrics as
with parts as (
  select
    *,
    row_number() over (
      partition by event_hour order by transactions desc, currency collate "C", status collate "C"
    ) as part
  from payments.hourly_amounts
),

hours as (
  select
    event_hour,
    sum(transactions)::bigint as total_transactions,
    sum(amount) as total_amount,
    sum(late_transactions)::bigint as late_transactions,
    -- Both are any text that a sender likes: an hour of ever new ones must not become a document that the index refuses.
    jsonb_agg(
      jsonb_build_object('currency', currency, 'status', status, 'transactions', transactions, 'amount', amount)
      order by currency collate "C", status collate "C"
    ) filter (where part <= 1000) as amounts
  from parts
  group by event_hour
)

-- An hour is there because it has transactions, so nothing is divided by zero.
select
  event_hour,
  total_transactions,
  total_amount,
  late_transactions,
  round(late_transactions::numeric / total_transactions, 6) as late_ratio,
  amounts
from hours;

comment on view payments.hourly_metrics is 'Payments by hour: the documents of the index hourly_metrics.';
comment on column payments.hourly_metrics.event_hour is 'Beginning of the hour of event_time, in UTC.';
comment on column payments.hourly_metrics.total_transactions is 'How many payments there are.';
comment on column payments.hourly_metrics.total_amount is 'Of all currencies and statuses: a checksum, not money.';
comment on column payments.hourly_metrics.late_transactions is 'How many of them came late (payments.lateness).';
comment on column payments.hourly_metrics.late_ratio is 'late_transactions / total_transactions, from 0 to 1.';
comment on column payments.hourly_metrics.amounts is 'Of hourly_amounts, the 1,000 with the most transactions.';

grant select on payments.hourly_metrics to index_hourly_metrics, check_quality, prove, bi_reader, console;
