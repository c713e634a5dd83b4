-- A loss is a fact and stays one; a person can look at it and decide. The proof then counts it in a check of its own.

alter table ledger.losses
  add column loss_id bigint not null generated always as identity unique,
  add unique (consumer, topic, partition, first_offset, last_offset);

comment on table ledger.losses is
  'Records that Kafka''s retention removed before they were consumed. Each unbalances the proof until somebody acknowledges it.';

-- Losses that somebody has acknowledged: each once, with who, when and why. The key is all of the range, so what was
-- acknowledged is what was looked at: the database refuses one that is no recorded loss, or a loss that grows afterwards.
create table ledger.acknowledged_losses (
  consumer         text        not null,
  topic            text        not null,
  partition        integer     not null,
  first_offset     bigint      not null,
  last_offset      bigint      not null,
  acknowledged_by  text        not null check (acknowledged_by ~ '\S'),
  acknowledged_at  timestamptz not null default clock_timestamp(),
  reason           text        not null check (reason ~ '\S'),
  primary key (consumer, topic, partition, first_offset, last_offset),
  foreign key (consumer, topic, partition, first_offset, last_offset)
    references ledger.losses (consumer, topic, partition, first_offset, last_offset)
);

do $$
begin
  if not exists (select from pg_roles where rolname = 'acknowledge_losses') then
    create role acknowledge_losses;
  end if;
end $$;

grant usage on schema ledger to acknowledge_losses;
grant select on ledger.losses to acknowledge_losses;
grant select, insert on ledger.acknowledged_losses to acknowledge_losses;
grant select on ledger.acknowledged_losses to prove;
