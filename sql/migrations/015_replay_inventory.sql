-- replay-inventory rebuilds the stock from the log of events; until now a command did it as the owner of the database.

do $$
begin
  if not exists (select from pg_roles where rolname = 'replay_inventory') then
    create role replay_inventory;
  end if;
end $$;

grant usage on schema inventory to replay_inventory;
grant select on inventory.inventory, inventory.events_log to replay_inventory;
-- Also what `select … for update` needs.
grant update (quantity_on_hand, last_updated) on inventory.inventory to replay_inventory;
