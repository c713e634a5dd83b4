create schema payments;

-- Every payment as it came, once.
create table payments.transactions (
  transaction_id   uuid           primary key,
  user_id          uuid           not null,
  amount           numeric(10, 2) not null,
  currency         varchar(10)    not null,
  status           varchar(20)    not null,
  event_time       timestamptz    not null,
  processing_time  timestamptz    not null,
  partition        integer        not null,
  kafka_offset     bigint         not null
);

comment on column payments.transactions.processing_time is 'When it arrived here, by the database''s clock.';

create index transactions_by_event_time on payments.transactions (event_time);

-- Derived from transactions by sql/transforms, hour by hour.
create table payments.transactions_clean (
  transaction_id   uuid           primary key,
  user_id          uuid           not null,
  amount           numeric(10, 2) not null,
  currency         varchar(10)    not null,
  status           varchar(20)    not null,
  event_time       timestamptz    not null,
  processing_time  timestamptz    not null,
  event_date       date           not null,
  event_hour       timestamptz    not null,
  latency_seconds  numeric(20, 6) not null,
  is_late          boolean        not null,
  is_ahead         boolean        not null
);

comment on column payments.transactions_clean.is_late is 'latency_seconds > 120';
comment on column payments.transactions_clean.is_ahead is 'latency_seconds < 0: the sender''s clock was ahead.';

create index transactions_clean_by_event_time on payments.transactions_clean (event_time);
create index transactions_clean_by_event_hour on payments.transactions_clean (event_hour);
create index transactions_clean_by_user on payments.transactions_clean (user_id);
create index transactions_clean_late on payments.transactions_clean (is_late);

-- Hours that got transactions since they were last transformed. Whoever stores one updates its row, which keeps the
-- transformation from taking the hour until that transaction has committed.
create table payments.changed_hours (
  event_hour  timestamptz primary key,
  changed_at  timestamptz not null default clock_timestamp()
);

do $$
declare
  name text;
begin
  foreach name in array array['store_transactions', 'run_transformations', 'index_hourly_metrics'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I', name);
    end if;
  end loop;
end $$;

grant usage on schema ledger, payments to store_transactions;
grant select, insert, update on ledger.partitions, ledger.deliveries to store_transactions;
grant select, insert on ledger.dead_letters, ledger.losses, ledger.outbox to store_transactions;
grant select, insert on payments.transactions to store_transactions;
grant select, insert, update on payments.changed_hours to store_transactions;

-- Also recreates the view, which it therefore owns.
grant usage, create on schema payments to run_transformations;
grant select on payments.transactions to run_transformations;
grant select, insert, delete, truncate on payments.transactions_clean to run_transformations;
grant select, insert, update, delete on payments.changed_hours to run_transformations;

grant usage on schema payments to index_hourly_metrics, prove, bi_reader;
grant select on all tables in schema payments to prove;
grant select on payments.transactions_clean to bi_reader;
