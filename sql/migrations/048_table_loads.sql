-- A described stream may have a table beside its folder of the lake. Its objects hold all that its deliveries accepted, a record that comes
-- again too; its table has each record once. So what became of a delivery's records in the table is counted apart, as with the load of an
-- order, and in the transaction that commits the delivery.
create table ledger.table_loads (
  delivery_id  bigint   primary key references ledger.deliveries,
  rows         integer  not null check (rows >= 0),
  inserted     integer  not null check (inserted >= 0),
  duplicates   integer  not null check (duplicates >= 0),
  conflicts    integer  not null check (conflicts >= 0),
  check (rows = inserted + duplicates + conflicts)
);

comment on table ledger.table_loads is
'What became of the records of a delivery in the stream''s table, of a stream that has objects in the lake as well; written in the transaction that commits the delivery.';
comment on column ledger.table_loads.delivery_id is
'The delivery, which counts as accepted all records that its object holds, and has the fingerprint of the rows that were inserted.';
comment on column ledger.table_loads.rows is 'Records in the object: those that the delivery accepted.';
comment on column ledger.table_loads.inserted is 'Those that became rows of the table.';
comment on column ledger.table_loads.duplicates is 'Those that the table had already, with the same content.';
comment on column ledger.table_loads.conflicts is
'Those whose id the table had already with another content: the first stays, and each of these is a dead letter, too.';

-- A stream's loads are of one kind, so one sum has both kinds.
create constraint trigger count_table_load
after insert or update of rows, inserted, duplicates, conflicts or delete on ledger.table_loads
deferrable initially deferred
for each row execute function ledger.count_load();

comment on table ledger.load_totals is
'Sums of ledger.loads and ledger.table_loads by the consumer and topic of their deliveries, moved by a trigger when a load commits; no row before the first.';

create or replace function ledger.count_again() returns void
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
  from (
    select delivery_id, rows, inserted, duplicates, conflicts from ledger.loads
    union all
    select delivery_id, rows, inserted, duplicates, conflicts from ledger.table_loads
  ) as loads
  inner join ledger.deliveries using (delivery_id)
  group by consumer, topic;
end $$;

-- As ledger.load_fingerprint, for the note of what is closed.
create function ledger.table_load_fingerprint(load ledger.table_loads) returns bigint
language sql immutable parallel safe
return hash_record_extended(row((load).delivery_id, (load).rows, (load).inserted, (load).duplicates, (load).conflicts), 0);

grant execute on function ledger.table_load_fingerprint to prove;
grant select on ledger.table_loads to prove, console;

-- Has the role archive a stream in the lake and deliver it into a table, which it first makes ready (migration 040).
create procedure streams.archive_and_deliver_into(stream_table regclass, consumer_role name)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  call streams.archive_as(consumer_role);
  call streams.deliver_into(stream_table, consumer_role);
  execute format('grant insert on ledger.table_loads to %I', consumer_role);
end $$;

comment on column ledger.deliveries.amount is 'Sum of all columns of money of the accepted records, where the stream has any.';
