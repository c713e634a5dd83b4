-- Messages for Kafka that were decided in a transaction and are published after it, in order: relay-outbox.
create table ledger.outbox (
  outbox_id       bigint      primary key generated always as identity,
  topic           text        not null,
  record_key      bytea,
  record_value    bytea,
  -- Set for a message of the topic dlq: then key, value and headers follow from the dead letter.
  dead_letter_id  bigint      unique references ledger.dead_letters,
  headers         jsonb       not null default '[]',
  created_at      timestamptz not null default clock_timestamp(),
  sent_at         timestamptz
);

create index outbox_unsent on ledger.outbox (outbox_id) where sent_at is null;

-- Dead letters that were sent back to their topic: each once, with who, when and what.
create table ledger.redrives (
  redrive_id      bigint      primary key generated always as identity,
  dead_letter_id  bigint      not null unique references ledger.dead_letters,
  outbox_id       bigint      not null unique references ledger.outbox,
  redriven_by     text        not null,
  redriven_at     timestamptz not null default clock_timestamp(),
  edited_value    bytea
);

comment on column ledger.redrives.edited_value is 'What was sent instead of the original value; null if that was sent unchanged.';

do $$
declare
  name text;
begin
  foreach name in array array['update_inventory', 'relay_outbox', 'report_inventory', 'redrive_dead_letters'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I', name);
    end if;
  end loop;
end $$;

grant usage on schema ledger, inventory to update_inventory;
grant select, insert, update on ledger.partitions, ledger.deliveries to update_inventory;
grant select, insert on ledger.dead_letters, ledger.losses, ledger.outbox to update_inventory;
grant select, update on inventory.inventory to update_inventory;
grant select, insert on inventory.events_log, inventory.orders to update_inventory;

-- Dead letters of the orders pipeline reach the topic dlq by the same way.
grant insert on ledger.outbox to archive_orders, load_orders;
grant select on ledger.outbox to archive_orders, load_orders;

grant usage on schema ledger to relay_outbox, redrive_dead_letters;
grant select, update on ledger.outbox to relay_outbox;
grant select on ledger.dead_letters, ledger.deliveries to relay_outbox, redrive_dead_letters;
grant select, insert on ledger.outbox, ledger.redrives to redrive_dead_letters;

grant usage on schema inventory, shop to report_inventory, prove, bi_reader;
grant select on all tables in schema inventory, shop to report_inventory, prove;
grant insert, update on inventory.reports to report_inventory;
grant select on inventory.inventory, inventory.reports, shop.products to bi_reader;
grant select on ledger.outbox, ledger.redrives to prove;
