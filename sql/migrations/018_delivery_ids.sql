-- Which ids the records of a delivery hold, as a Bloom filter (domain/id-filter.ts): 2 bytes for each id, where an index of ids
-- would take about 100. npx tillstream trace finds by it the few deliveries that may hold an id, and looks only into those.
-- A delivery of before this migration has none and is always looked into.
create table ledger.delivery_ids (
  delivery_id  bigint primary key references ledger.deliveries on delete cascade,
  filter       bytea  not null
);

-- Its bits are as good as random: compressing them would only cost time.
alter table ledger.delivery_ids alter column filter set storage external;

comment on column ledger.delivery_ids.filter is
  'Bit (h * 8 * length) >> 32 is set for each of the eight hashes h of each id; the first bit of a byte is its lowest.';

grant insert on ledger.delivery_ids to archive_orders, archive_user_events, update_inventory, store_transactions;
