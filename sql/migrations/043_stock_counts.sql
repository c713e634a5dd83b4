-- Counts of stock: what was on the shelf at a time, whatever had moved until then. A count changes the stock by what was missing or too
-- much, and a movement up to the newest count that comes afterwards changes nothing. So the changes of the log still sum up to the stock;
-- where a change isn't what the event said, the row says that as well.

alter table inventory.inventory
  add column counted_at timestamptz,
  add column newest_count varchar(100);

comment on column inventory.inventory.counted_at is
  'When the newest count found what is in it; movements up to then are in it. Null if it was never counted.';
comment on column inventory.inventory.newest_count is
  'The count_id of that count. Of two counts of the same time, the greater id holds.';

alter table inventory.events_log
  add column counted bigint,
  add column covered bigint;

comment on column inventory.events_log.change is
  'Pieces by which the stock changed. Of an event that wasn''t processed, those by which it would have.';
comment on column inventory.events_log.counted is
  'Of a count: the pieces that it found. Its change is what was missing or too much, and 0 if a newer count was there.';
comment on column inventory.events_log.covered is
  'Pieces that the event moved before the newest count, which found the shelf without or with them: its change is 0. Null otherwise.';

-- Rows without counts keep the fingerprint that their deliveries have.
create or replace function inventory.fingerprint(event inventory.events_log) returns bigint
language sql immutable parallel safe
return hash_numeric_extended(
  hash_record_extended(
    row(
      (event).topic,
      (event).partition,
      (event).kafka_offset,
      (event).event_id,
      (event).product_id,
      (event).order_id,
      (event).change,
      (event).status,
      (event).raw_event,
      (event).occurred_at,
      (event).processed_at,
      (event).delivery_id
    ),
    case
      when (event).counted is null and (event).covered is null then 0
      else hash_record_extended(row((event).counted, (event).covered), 0)
    end
  )::numeric,
  0
);

-- The counts of a product, of which there are few.
create index events_log_counts on inventory.events_log (product_id, occurred_at, event_id collate "C")
where counted is not null and status = 'processed';
