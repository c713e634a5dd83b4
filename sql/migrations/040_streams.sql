-- The room of described streams (docs/decisions/020-described-streams.md): a table for each that has one. A stream's own migration makes
-- the table with the columns of its event, and then calls deliver_into.
create schema streams;

comment on schema streams is 'Tables of streams that deliver-stream fills, by their descriptions in domain/streams/.';

grant usage on schema streams to prove, console;

-- As the other rooms' fingerprint functions, but of every column, so a stream's migration that adds one calls this behind it. What may be
-- null counts only where it isn't, with its name: a column that is added leaves the fingerprints of the rows before it as they were.
create procedure streams.make_fingerprint(stream_table regclass)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  filled text;
  maybe text;
  reader name;
begin
  select
    string_agg(format('(record).%I', attname), ', ' order by attnum) filter (where attnotnull),
    coalesce(string_agg(
      format(
        ' + case when (record).%1$I is null then 0 else hash_record_extended(row(%1$L::text, (record).%1$I), 0)::numeric end', attname
      ),
      '' order by attnum
    ) filter (where not attnotnull), '')
  into strict filled, maybe
  from pg_attribute
  where attrelid = stream_table and attnum > 0 and not attisdropped;

  execute format(
    'create or replace function streams.fingerprint(record %s) returns bigint language sql immutable parallel safe '
    'return hash_numeric_extended(hash_record_extended(row(%s), 0)::numeric%s, 0)',
    stream_table, filled, maybe
  );
  for reader in
    select rolname
    from pg_class
    cross join aclexplode(relacl)
    inner join pg_roles on pg_roles.oid = grantee
    where pg_class.oid = stream_table and privilege_type = 'INSERT' and grantee <> relowner
    union all
    select 'prove'
  loop
    execute format('grant execute on function streams.fingerprint(%s) to %I', stream_table, reader);
  end loop;
end $$;

-- The role of a consumer, which may do what every consumer does in the ledger.
create procedure streams.consume_as(consumer_role name)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  -- Roles belong to the server, not to the database: another database there may have made it.
  if not exists (select from pg_roles where rolname = consumer_role) then
    execute format('create role %I', consumer_role);
  end if;
  execute format('grant usage on schema ledger to %I', consumer_role);
  execute format('grant select, insert, update on ledger.partitions, ledger.deliveries to %I', consumer_role);
  execute format('grant select, insert on ledger.dead_letters, ledger.losses, ledger.outbox, ledger.delivery_ids to %I', consumer_role);
  execute format('grant usage on sequence ledger.deliveries_delivery_id_seq to %I', consumer_role);
end $$;

-- Has the role archive a stream in the lake, for which it needs no table.
create procedure streams.archive_as(consumer_role name)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  call streams.consume_as(consumer_role);
  -- Those of a plan that is abandoned, which are planned anew.
  execute format('grant delete on ledger.dead_letters to %I', consumer_role);
end $$;

-- Has the role deliver into a table of this schema, each of its records as a row of its own: adds to the event's columns where a record
-- came from, the index and the function that the proof needs, and the rights of the consumer, of the proof and of the page.
create procedure streams.deliver_into(stream_table regclass, consumer_role name)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  named name;
begin
  select relname into named from pg_class where oid = stream_table and relnamespace = 'streams'::regnamespace and relkind = 'r';
  if named is null then
    raise 'Expected a table of the schema streams, got %', stream_table
      using hint = 'Create it there, with the columns of the event, before this call.';
  end if;

  execute format(
    'alter table %s add column partition integer not null, add column kafka_offset bigint not null, '
    'add column delivery_id bigint not null, add column stored_at timestamptz not null', stream_table
  );
  execute format('comment on column %s.delivery_id is %L', stream_table, 'The delivery in ledger.deliveries that it came in.');
  execute format('comment on column %s.stored_at is %L', stream_table, 'When it arrived here, by the database''s clock.');
  execute format('create index on %s (delivery_id)', stream_table);

  call streams.consume_as(consumer_role);
  execute format('grant temporary on database %I to %I', current_database(), consumer_role);
  execute format('grant usage on schema streams to %I', consumer_role);
  execute format('grant select, insert on %s to %I', stream_table, consumer_role);
  execute format('grant select on %s to prove, console', stream_table);
  call streams.make_fingerprint(stream_table);
end $$;
