-- Least privilege: what runs with its owner's rights has an owner that nobody can log in as; who logs in owns nothing and creates
-- nothing that others run; turns are rows that only their takers see; and bi_reader is bounded.

do $$
begin
  if not exists (select from pg_roles where rolname = 'definer') then
    create role definer;
  end if;
end $$;

comment on role definer is 'Owns the views and functions that run with their owner''s rights. Nobody can log in as it.';

-- The owner of the schemas hands objects over to it, and may change them.
grant definer to current_user;

-- Views of sql/views, as the deployment wants them. run_transformations recreates them from this text and no other: a view runs the
-- functions that it names as whoever selects from it.
create table public.views (
  name        text  primary key,
  relation    text  not null,
  definition  text  not null,
  installed   text
);

comment on column public.views.definition is 'The statements of its file.';
comment on column public.views.installed is 'What PostgreSQL made of it: public.installed_view; null if it is still to be made.';

create function public.installed_view(relation text) returns text
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select concat_ws(' ', pg_get_viewdef(oid), relowner::regrole, reloptions, relacl) from pg_class where oid = to_regclass(relation);
end;

-- Replaces the views that aren't as they were made. Refreshes take turns. A lock that isn't had at once is given up, for the caller to
-- try again, in less time than the second after which PostgreSQL looks for a deadlock and may end a reader.
create function public.refresh_views() returns setof text
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '300ms'
as $$
declare
  wanted public.views;
begin
  for wanted in select * from public.views order by name for update loop
    if (wanted.installed = public.installed_view(wanted.relation)) is not true then
      execute wanted.definition;
      update public.views set installed = public.installed_view(relation) where name = wanted.name;
    end if;
    return next wanted.name;
  end loop;
end $$;

grant usage, create on schema payments to definer;
grant select (event_hour, currency, status, amount, is_late) on payments.transactions_clean to definer;
grant select, update (installed) on public.views to definer;

-- In the order in which a reader locks them.
alter view if exists payments.hourly_metrics owner to definer;
alter view if exists payments.hourly_amounts owner to definer;
revoke create on schema payments from run_transformations;

-- Until now that role could create here. What others would run if it had, a person has to look at.
do $$
declare
  found text;
begin
  select string_agg(name, ', ') into found
  from (
    select oid::regprocedure::text from pg_proc where proowner = 'run_transformations'::regrole
    union all
    select oid::regclass::text
    from pg_class
    where relowner = 'run_transformations'::regrole and relnamespace = 'payments'::regnamespace
  ) as owned (name);
  if found is not null then
    raise 'Expected run_transformations to own nothing but the views of sql/views, found %', found
      using hint = 'No deployment made them. Find out who did, and drop them.';
  end if;
end $$;

revoke truncate on payments.transactions_clean from run_transformations;

-- These views need no rights of their own: their readers have them.
alter view curated.announcements set (security_invoker = true);
alter view payments.checked_hours set (security_invoker = true);
alter view payments.checked_transactions set (security_invoker = true);

-- An owner needs the right to create when it becomes the owner, and not afterwards. Temporary tables come last in the search path: by
-- default they come first, also where the path is empty.
grant create on schema public, shop, inventory to definer;
alter function public.refresh_views owner to definer;
alter function public.installed_view owner to definer;
alter function shop.keep_product_history owner to definer;
alter function inventory.keep_shelf_history owner to definer;
revoke create on schema public, shop, inventory from definer;

alter function shop.keep_product_history set search_path = pg_catalog, pg_temp;
alter function inventory.keep_shelf_history set search_path = pg_catalog, pg_temp;
alter function curated.announce_inserted set search_path = pg_catalog, pg_temp;
alter function curated.announce_updated set search_path = pg_catalog, pg_temp;
alter function curated.announce_deleted set search_path = pg_catalog, pg_temp;
alter function ledger.add_removed_values set search_path = pg_catalog, pg_temp;
alter function ledger.ignore_message set search_path = pg_catalog, pg_temp;

grant usage on schema shop, inventory to definer;
grant select, insert on shop.product_history, inventory.shelf_history to definer;

-- PostgreSQL lets everybody execute a new function: from now on a migration grants it to those who need it.
alter default privileges revoke execute on functions from public;
revoke execute on all functions in schema ledger, curated, warehouse, shop, inventory from public;
revoke execute on function public.refresh_views, public.installed_view from public;

grant execute on function public.refresh_views to run_transformations;
grant execute on function ledger.fingerprint to relay_outbox, spark_curation, prove;
grant execute on function curated.announcement to spark_curation, prove;
grant execute on function curated.announcement_headers to spark_curation;
grant execute on function curated.newest_orders, warehouse.newest_orders to bi_reader;

-- Until PostgreSQL 15 everybody could create here, and a database may be older than its server.
revoke create on schema public from public;

do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
  execute format(
    'grant temporary on database %I to load_orders, run_transformations, spark_curation, store_transactions', current_database()
  );
end $$;

-- Whose turn it is with what only one may do at a time. A row that is locked, and not an advisory lock, which every role may take. Each
-- role sees its own rows, so it can lock no other's.
create table ledger.turns (
  work      text  primary key,
  taken_by  name  not null
);

comment on table ledger.turns is 'A transaction that locks the row has the turn, until it ends.';

insert into ledger.turns (work, taken_by) values
('relay-outbox', 'relay_outbox'),
('redrive-dead-letters', 'redrive_dead_letters'),
('acknowledge-losses', 'acknowledge_losses'),
('run-transformations', 'run_transformations'),
('index-hourly-metrics', 'index_hourly_metrics'),
('aggregation', 'spark_curation'),
('curation', 'spark_curation'),
('passwords', current_user);

alter table ledger.turns enable row level security;
create policy own_turns on ledger.turns using (taken_by = current_user);

-- True if the caller has the turn until its transaction ends; false if another has it and the caller doesn't want to wait.
create function ledger.take_turn(work text, wait boolean default true) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from ledger.turns where turns.work = take_turn.work) then
    raise 'Expected a row "%" of ledger.turns that % may lock, found none', work, current_user;
  end if;
  if wait then
    perform from ledger.turns where turns.work = take_turn.work for update;
  else
    perform from ledger.turns where turns.work = take_turn.work for update skip locked;
  end if;
  if not found then
    return false;
  end if;
  -- A relay of the version before, which may still run, has taken its turn by this lock. Held by another role, it means nothing.
  return work <> 'relay-outbox' or pg_try_advisory_xact_lock(hashtext(work)) or not exists (
    select from pg_locks
    inner join pg_stat_activity using (pid)
    where locktype = 'advisory' and datname = current_database() and usename = current_user
  );
end $$;

grant usage on schema ledger to run_transformations, index_hourly_metrics;
-- Locking a row takes the right to update a column; by the policy it can only stay as it is.
grant select, update (taken_by) on ledger.turns to relay_outbox, redrive_dead_letters, acknowledge_losses, run_transformations,
index_hourly_metrics, spark_curation;
grant execute on function ledger.take_turn to relay_outbox, redrive_dead_letters, acknowledge_losses, run_transformations,
index_hourly_metrics, spark_curation;

-- Analysts need to know how much was paid, when and with what outcome, not by whom.
revoke select on payments.transactions_clean from bi_reader;
grant select (
  amount, currency, status, event_time, processing_time, event_date, event_hour, latency_seconds, is_late, is_ahead
) on payments.transactions_clean to bi_reader;

-- A long transaction holds up vacuum and deployments. A session may lift all of these limits but that of connections; so relay-outbox,
-- whose dead rows vacuum removes, ends every minute what has gone on for too long all the same.
alter role bi_reader connection limit 20;
alter role bi_reader set default_transaction_read_only = on;
alter role bi_reader set statement_timeout = '5min';
alter role bi_reader set lock_timeout = '10s';
alter role bi_reader set idle_in_transaction_session_timeout = '1min';
alter role bi_reader set transaction_timeout = '10min';

grant bi_reader to definer;

create function ledger.end_long_readers(longest interval) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  select count(*) filter (where pg_terminate_backend(pid))
  from pg_stat_activity
  where usename = 'bi_reader' and datname = current_database() and xact_start < clock_timestamp() - longest;
end;

grant create on schema ledger to definer;
alter function ledger.end_long_readers owner to definer;
revoke create on schema ledger from definer;
grant execute on function ledger.end_long_readers to relay_outbox;

-- What else everybody may do that costs the server's disk, or its table of locks, only a superuser can take away, thus not the owner
-- of a database on RDS (SECURITY.md).
do $$
declare
  routine regprocedure;
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    return;
  end if;
  for routine in
    select oid
    from pg_proc
    where pronamespace = 'pg_catalog'::regnamespace
      and proname ~ '^(lo_|loread|lowrite|pg_advisory_|pg_try_advisory_|pg_logical_emit_message)'
  loop
    execute format('revoke execute on function %s from public', routine);
    -- The version before takes its turns by them.
    if routine::text ~ 'advisory' then
      execute format(
        'grant execute on function %s to relay_outbox, redrive_dead_letters, acknowledge_losses, run_transformations, '
        'index_hourly_metrics, spark_curation', routine
      );
    end if;
  end loop;
  alter role bi_reader set temp_file_limit = '2GB';
end $$;
