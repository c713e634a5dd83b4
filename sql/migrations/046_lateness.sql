-- From when on a payment is late is a shop's own choice. migrate-database sets it as the configuration says, and marks the hours that it
-- judges otherwise, so that the next transformation makes them anew; transformation, data quality and proof read it here.
create table payments.lateness (
  is_the_only_row  boolean primary key default true check (is_the_only_row),
  after_seconds    integer not null default 120 check (after_seconds > 0)
);

comment on table payments.lateness is
'From when on a payment is late, set by each deployment from the key late.after_seconds of the configuration.';
comment on column payments.lateness.is_the_only_row is 'Always true: as the key, it keeps a second row out.';
comment on column payments.lateness.after_seconds is
'A payment is late if more seconds than these passed between its event_time and its processing_time.';
comment on column payments.transactions_clean.is_late is
'Whether latency_seconds is more than payments.lateness.after_seconds was when the hour was transformed.';
comment on column payments.changed_hours.waiting_since is
'When the row was inserted, or when a run of the transformation that had no time for it ended.';

insert into payments.lateness default values;

grant select on payments.lateness to run_transformations, check_quality, prove, console, bi_reader;
