-- Consumers tell a redelivery from other records under the same offsets, by the ids that a delivery's records hold.
grant select on ledger.delivery_ids to archive_orders, archive_user_events, update_inventory, store_transactions;

alter table ledger.partitions add column republished_before bigint;

comment on column ledger.partitions.republished_before is
  'Other records than were consumed stood before it, and stand behind it now (npx tillstream republish); null if none ever did.';
