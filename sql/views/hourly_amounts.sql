-- Money of different currencies is never added up, and a failed payment is no income: so each has a row of its own.
create or replace view payments.hourly_amounts as
with transactions as (
  select
    event_hour,
    currency,
    status,
    amount,
    is_late
  from payments.transactions_clean
)

select
  event_hour,
  currency,
  status,
  count(*) as transactions,
  sum(amount) as amount,
  count(*) filter (where is_late) as late_transactions
from transactions
group by event_hour, currency, status;

comment on view payments.hourly_amounts is 'Payments by hour, currency and status; refunds are below zero.';
comment on column payments.hourly_amounts.event_hour is 'Beginning of the hour of event_time, in UTC.';
comment on column payments.hourly_amounts.currency is 'ISO 4217 code of the amounts'' currency, such as EUR.';
comment on column payments.hourly_amounts.status is 'Outcome, as their senders call it, such as completed.';
comment on column payments.hourly_amounts.transactions is 'How many payments there are.';
comment on column payments.hourly_amounts.amount is 'Sum of their amounts.';
comment on column payments.hourly_amounts.late_transactions is 'How many of them came late (payments.lateness).';

grant select on payments.hourly_amounts to check_quality, prove, bi_reader, console;
