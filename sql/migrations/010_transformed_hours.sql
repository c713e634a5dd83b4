-- When each hour was last transformed: the hourly check looks at those of late, and not at all history.
create table payments.transformed_hours (
  event_hour      timestamptz primary key,
  transformed_at  timestamptz not null
);

create index transformed_hours_by_time on payments.transformed_hours (transformed_at);

insert into payments.transformed_hours
select distinct event_hour, now() from payments.transactions_clean;

grant select, insert, update on payments.transformed_hours to run_transformations;
grant select on payments.transformed_hours to prove;
