-- Each function connects as a role of its own with only what it needs. Their passwords, or IAM grants, are set by
-- migrate-database from the secrets that the deployment made; here they can't log in yet.

-- Roles belong to the server, not to the database: another database there may have made them.
do $$
declare
  name text;
begin
  foreach name in array array['archive_orders', 'load_orders', 'prove', 'bi_reader'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I', name);
    end if;
  end loop;
end $$;

grant usage on schema ledger to archive_orders, load_orders, prove;
grant select, insert, update on ledger.partitions, ledger.deliveries to archive_orders;
grant select, insert, delete on ledger.dead_letters to archive_orders;
grant select, insert on ledger.losses to archive_orders;

grant usage on schema warehouse to load_orders, prove, bi_reader;
grant select on ledger.deliveries to load_orders;
grant select, insert on ledger.dead_letters to load_orders;
grant select, insert, update on ledger.loads to load_orders;
grant select, insert on warehouse.fact_orders to load_orders;

grant select on all tables in schema ledger, warehouse to prove;
grant select on all tables in schema warehouse to bi_reader;
