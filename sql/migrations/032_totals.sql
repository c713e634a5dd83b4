-- What people look at all the time: totals of deliveries and loads, which cost the same however long the history is; when Kafka got the
-- records of a delivery; the proofs that were made; and a role that only looks.

-- A load holds its rows of ledger.loads, and then reads ledger.deliveries: so this waits for loads before it locks any other table.
lock table ledger.loads in share row exclusive mode;

-- Not columns of ledger.partitions: statements of the version before, which may still run, join it with ledger.deliveries, and would no
-- longer know whose "records" is meant.
create table ledger.delivery_totals (
  consumer    text     not null,
  topic       text     not null,
  partition   integer  not null,
  deliveries  bigint   not null,
  records     bigint   not null,
  accepted    bigint   not null,
  duplicates  bigint   not null,
  rejected    bigint   not null,
  objects     bigint   not null,
  primary key (consumer, topic, partition),
  foreign key (consumer, topic, partition) references ledger.partitions
);

comment on table ledger.delivery_totals is
  'Sums of the committed deliveries of each partition, moved by a trigger in the transaction that commits one; no row before the first. '
  'Its writer holds the row of ledger.partitions, so it waits for nobody.';
comment on column ledger.delivery_totals.objects is 'Deliveries that have an object in the lake.';

create table ledger.load_totals (
  consumer    text    not null,
  topic       text    not null,
  loads       bigint  not null,
  rows        bigint  not null,
  inserted    bigint  not null,
  duplicates  bigint  not null,
  conflicts   bigint  not null,
  primary key (consumer, topic)
);

comment on table ledger.load_totals is
  'Sums of ledger.loads by the consumer and topic of their deliveries, moved by a trigger when a load commits; no row before the first.';

-- However a delivery becomes committed, is corrected by hand or deleted.
create function ledger.count_delivery() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op <> 'INSERT' and old.state = 'committed' then
    update ledger.delivery_totals set
      deliveries = deliveries - 1,
      records = records - old.records,
      accepted = accepted - old.accepted,
      duplicates = duplicates - old.duplicates,
      rejected = rejected - old.rejected,
      objects = objects - (old.object_key is not null)::integer
    where (consumer, topic, partition) = (old.consumer, old.topic, old.partition);
  end if;
  if tg_op <> 'DELETE' and new.state = 'committed' then
    insert into ledger.delivery_totals as totals
    values (
      new.consumer, new.topic, new.partition, 1, new.records, new.accepted, new.duplicates, new.rejected,
      (new.object_key is not null)::integer
    )
    on conflict (consumer, topic, partition) do update set
      deliveries = totals.deliveries + 1,
      records = totals.records + excluded.records,
      accepted = totals.accepted + excluded.accepted,
      duplicates = totals.duplicates + excluded.duplicates,
      rejected = totals.rejected + excluded.rejected,
      objects = totals.objects + excluded.objects;
  end if;
  return null;
end $$;

create trigger count_delivery
after insert
or update of consumer, topic, partition, state, records, accepted, duplicates, rejected, object_key
or delete
on ledger.deliveries
for each row execute function ledger.count_delivery();

-- By differences, since a load first marks all rows as inserted and then corrects it.
create function ledger.count_load() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into ledger.load_totals as totals
  select
    consumer,
    topic,
    (tg_op = 'INSERT')::integer - (tg_op = 'DELETE')::integer,
    coalesce(new.rows, 0) - coalesce(old.rows, 0),
    coalesce(new.inserted, 0) - coalesce(old.inserted, 0),
    coalesce(new.duplicates, 0) - coalesce(old.duplicates, 0),
    coalesce(new.conflicts, 0) - coalesce(old.conflicts, 0)
  from ledger.deliveries
  where delivery_id = coalesce(new.delivery_id, old.delivery_id)
  on conflict (consumer, topic) do update set
    loads = totals.loads + excluded.loads,
    rows = totals.rows + excluded.rows,
    inserted = totals.inserted + excluded.inserted,
    duplicates = totals.duplicates + excluded.duplicates,
    conflicts = totals.conflicts + excluded.conflicts;
  return null;
end $$;

-- Deferred: up to four loads run at once, and the row that they all move would make them wait for each other's COPY. At the commit, when
-- nothing else is left to be done, each has it for a moment. A load whose delivery is deleted in the same transaction stays in the totals,
-- since nobody knows its consumer any more: who corrects the ledger so calls count_again, and the proof says if it was forgotten.
create constraint trigger count_load
after insert or update of rows, inserted, duplicates, conflicts or delete on ledger.loads
deferrable initially deferred
for each row execute function ledger.count_load();

create function ledger.count_again() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  -- A delivery locks its partition first, so this does too. A load that has not counted is not seen here, and adds to it afterwards.
  lock table ledger.partitions in exclusive mode;
  lock table ledger.delivery_totals, ledger.load_totals in share row exclusive mode;
  delete from ledger.delivery_totals;
  insert into ledger.delivery_totals
  select
    consumer, topic, partition, count(*), sum(records), sum(accepted), sum(duplicates), sum(rejected), count(object_key)
  from ledger.deliveries
  where state = 'committed'
  group by consumer, topic, partition;
  delete from ledger.load_totals;
  insert into ledger.load_totals
  select
    consumer, topic, count(*), sum(rows), sum(inserted), sum(loads.duplicates), sum(conflicts)
  from ledger.loads
  inner join ledger.deliveries using (delivery_id)
  group by consumer, topic;
end $$;

comment on function ledger.count_again is 'Makes ledger.delivery_totals and ledger.load_totals anew (docs/runbook.md).';

select ledger.count_again();

grant usage on schema ledger to definer;
grant select, insert, update on ledger.delivery_totals, ledger.load_totals to definer;
grant select on ledger.deliveries to definer;
grant create on schema ledger to definer;
alter function ledger.count_delivery owner to definer;
alter function ledger.count_load owner to definer;
revoke create on schema ledger from definer;

alter table ledger.deliveries
  add column first_timestamp timestamptz,
  add column last_timestamp timestamptz;

comment on column ledger.deliveries.first_timestamp is
  'The earliest of Kafka''s timestamps of its records; null if they have none, or if it was delivered before they were noted.';
comment on column ledger.deliveries.last_timestamp is 'The latest of them.';

create table ledger.proofs (
  proof_id    bigint       primary key generated always as identity,
  proved_at   timestamptz  not null,
  took        interval     not null,
  depth       text         not null,
  everything  boolean      not null,
  settled     boolean      not null,
  curated     boolean      not null,
  balanced    boolean      not null,
  checks      integer      not null,
  off         jsonb        not null,
  totals      jsonb        not null
);

comment on table ledger.proofs is 'The proofs of the last 90 days, as prove has noted them.';
comment on column ledger.proofs.proved_at is 'When it began.';
comment on column ledger.proofs.everything is 'Whether it read again what earlier ones had closed.';
comment on column ledger.proofs.settled is 'Whether it demanded that nothing waits, as curated says it of Spark''s jobs.';
comment on column ledger.proofs.checks is 'How many checks it made.';
comment on column ledger.proofs.off is 'Those that did not balance: name, expected, actual, and the first places that are off.';
comment on column ledger.proofs.totals is 'Topic → what the proof counted of its records.';

create index proofs_by_time on ledger.proofs (proved_at);

-- A record that was sent back and refused again bears the id of its first letter. The list goes by id.
-- Without a list of what is pending: each look-up would read it from its beginning, and it is long when many come back.
create index dead_letters_by_header on ledger.dead_letters using gin (headers jsonb_path_ops) with (fastupdate = off)
where headers <> '[]';
create index dead_letters_of_reason on ledger.dead_letters (reason, dead_letter_id);
create index dead_letters_of_topic on ledger.dead_letters (topic, dead_letter_id);

grant select on ledger.delivery_totals, ledger.load_totals to prove;
grant select, insert, delete on ledger.proofs to prove;

do $$
begin
  if not exists (select from pg_roles where rolname = 'console') then
    create role console;
  end if;
end $$;

comment on role console is 'The page''s: it looks at everything but customers and suppliers, and changes nothing.';

grant usage on schema ledger, warehouse, payments, inventory, curated, gold, shop to console;
grant select on all tables in schema ledger, warehouse, payments, inventory, curated, gold to console;
grant select on shop.products to console;
-- Locks are for those who take turns.
revoke select on ledger.turns from console;
grant execute on function curated.newest_orders, warehouse.newest_orders to console;

-- A page that asks all the time must not hold up what it looks at.
alter role console connection limit 10;
alter role console set default_transaction_read_only = on;
alter role console set statement_timeout = '5s';
alter role console set lock_timeout = '2s';
alter role console set idle_in_transaction_session_timeout = '10s';
alter role console set transaction_timeout = '30s';
