-- A clock may go a day ahead and back. What must only ever grow is counted instead.

create sequence payments.index_versions;

comment on sequence payments.index_versions is
  'The version of what index-hourly-metrics writes to Elasticsearch, which refuses a smaller one: one number for each run.';

-- Versions were milliseconds until now; a request of that time may still be on its way.
select setval('payments.index_versions', floor(extract(epoch from clock_timestamp()) * 1000)::bigint);

grant usage, update on sequence payments.index_versions to index_hourly_metrics;

create table ledger.relay_hours (
  is_the_only_row  boolean      primary key default true check (is_the_only_row),
  hours            bigint       not null,
  counted_at       timestamptz  not null
);

comment on table ledger.relay_hours is
  'Hours in which relay-outbox ran, by which it knows how old a message is: however far the clock goes, it counts one more.';

insert into ledger.relay_hours (hours, counted_at) values (0, clock_timestamp());

-- What was sent before counts from now, and stays so much longer.
alter table ledger.outbox add column sent_hour bigint not null default 0;

comment on column ledger.outbox.sent_hour is 'The ledger.relay_hours in which it was marked as sent.';

-- The relay of the version before goes by outbox_sent.
create index outbox_sent_by_hour on ledger.outbox (topic, sent_hour, outbox_id)
  where sent_at is not null and dead_letter_id is null;

grant select, update on ledger.relay_hours to relay_outbox;
