-- Which delivery each row came in, so that the proof counts by equality, in one pass: a join by ranges of offsets compares every
-- row of a partition with every delivery. And what a delivery's rows were when they were written, so that a row that was edited
-- since is found at once, and after Kafka has removed the record too.

alter table payments.transactions add column delivery_id bigint;
alter table inventory.events_log add column delivery_id bigint;
alter table ledger.deliveries add column rows_fingerprint numeric;
alter table ledger.loads add column rows_fingerprint numeric;

comment on column payments.transactions.delivery_id is 'The delivery in ledger.deliveries that it came in.';
comment on column inventory.events_log.delivery_id is 'The delivery in ledger.deliveries that it came in.';
comment on column ledger.deliveries.rows_fingerprint is
  'Sum of the fingerprints of the rows that it put into payments.transactions or inventory.events_log, as they were written.';
comment on column ledger.loads.rows_fingerprint is
  'Sum of the fingerprints of the rows that it put into warehouse.fact_orders, as they were written.';

-- Finds the rows of one delivery at a few bytes for each megabyte of rows: they come in by delivery.
create index transactions_by_delivery on payments.transactions using brin (delivery_id) with (autosummarize = on);

-- PostgreSQL's own hash of a row costs a fraction of a SHA of its text. It is the same on every version, since hash partitions rely
-- on it, but not on processors of the other byte order. A row's hash is a sum over its columns, so it is hashed again: otherwise
-- values that two rows have exchanged would leave the sum of both as it was.
create function payments.fingerprint(payment payments.transactions) returns bigint
language sql immutable parallel safe
return hash_numeric_extended(
  hash_record_extended(
    row(
      (payment).transaction_id,
      (payment).user_id,
      (payment).amount,
      (payment).currency,
      (payment).status,
      (payment).event_time,
      (payment).processing_time,
      (payment).partition,
      (payment).kafka_offset,
      (payment).delivery_id
    ),
    0
  )::numeric,
  0
);

create function inventory.fingerprint(event inventory.events_log) returns bigint
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
    0
  )::numeric,
  0
);

create function warehouse.fingerprint(fact warehouse.fact_orders) returns bigint
language sql immutable parallel safe
return hash_numeric_extended(
  hash_record_extended(
    row(
      (fact).order_id,
      (fact).user_id,
      (fact).product_id,
      (fact).delivery_id,
      (fact).kafka_offset,
      (fact).amount,
      (fact).quantity,
      (fact).currency,
      (fact).category,
      (fact).country,
      (fact).created_at
    ),
    0
  )::numeric,
  0
);

-- What is there already counts as it is. Ranges don't overlap, so a row belongs to the range that begins last before it: one pass over
-- rows and ranges in their order.
with ranges as (
  select * from ledger.deliveries where consumer = 'store-transactions' and state = 'committed'
),

places as (
  select
    partition,
    kafka_offset,
    null as first_offset
  from payments.transactions
  union all
  select
    partition,
    first_offset,
    first_offset
  from ranges
),

rows_in_order as (
  select
    partition,
    kafka_offset,
    first_offset is null as is_row,
    max(first_offset) over (partition by partition order by kafka_offset) as begins
  from places
)

update payments.transactions
set delivery_id = ranges.delivery_id
from rows_in_order
inner join ranges on rows_in_order.partition = ranges.partition and begins = first_offset
where
  is_row
  and rows_in_order.kafka_offset <= last_offset
  and transactions.partition = rows_in_order.partition
  and transactions.kafka_offset = rows_in_order.kafka_offset;

with ranges as (
  select * from ledger.deliveries where consumer = 'update-inventory' and state = 'committed'
),

places as (
  select
    topic,
    partition,
    kafka_offset,
    null as first_offset
  from inventory.events_log
  union all
  select
    topic,
    partition,
    first_offset,
    first_offset
  from ranges
),

rows_in_order as (
  select
    topic,
    partition,
    kafka_offset,
    first_offset is null as is_row,
    max(first_offset) over (partition by topic, partition order by kafka_offset) as begins
  from places
)

update inventory.events_log
set delivery_id = ranges.delivery_id
from rows_in_order
inner join ranges
  on rows_in_order.topic = ranges.topic
  and rows_in_order.partition = ranges.partition
  and begins = first_offset
where
  is_row
  and rows_in_order.kafka_offset <= last_offset
  and events_log.topic = rows_in_order.topic
  and events_log.partition = rows_in_order.partition
  and events_log.kafka_offset = rows_in_order.kafka_offset;

with payments as (
  select
    delivery_id,
    sum(payments.fingerprint(transactions)) as rows_fingerprint
  from payments.transactions
  where delivery_id is not null
  group by delivery_id
),

events as (
  select
    delivery_id,
    sum(inventory.fingerprint(events_log)) as rows_fingerprint
  from inventory.events_log
  where delivery_id is not null
  group by delivery_id
),

both_tables as (
  select * from payments
  union all
  select * from events
)

update ledger.deliveries
set rows_fingerprint = both_tables.rows_fingerprint
from both_tables
where deliveries.delivery_id = both_tables.delivery_id;

with orders as (
  select
    delivery_id,
    sum(warehouse.fingerprint(fact_orders)) as rows_fingerprint
  from warehouse.fact_orders
  group by delivery_id
)

update ledger.loads
set rows_fingerprint = orders.rows_fingerprint
from orders
where loads.delivery_id = orders.delivery_id;

-- The version before, which may still run, inserts a delivery after its rows and gives neither id nor fingerprint. The indexes hold
-- nothing but such rows, between their insertion and their delivery's.
create index transactions_without_delivery on payments.transactions (partition, kafka_offset) where delivery_id is null;
create index events_log_without_delivery on inventory.events_log (topic, partition, kafka_offset) where delivery_id is null;

create function ledger.adopt_rows() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if new.consumer = 'store-transactions' then
    with adopted as (
      update payments.transactions set delivery_id = new.delivery_id
      where delivery_id is null and partition = new.partition and kafka_offset between new.first_offset and new.last_offset
      returning payments.fingerprint(transactions) as fingerprint
    )
    select coalesce(sum(fingerprint), 0) into new.rows_fingerprint from adopted;
  else
    with adopted as (
      update inventory.events_log set delivery_id = new.delivery_id
      where delivery_id is null and topic = new.topic and partition = new.partition
        and kafka_offset between new.first_offset and new.last_offset
      returning inventory.fingerprint(events_log) as fingerprint
    )
    select coalesce(sum(fingerprint), 0) into new.rows_fingerprint from adopted;
  end if;
  return new;
end $$;

grant create on schema ledger to definer;
alter function ledger.adopt_rows owner to definer;
revoke create on schema ledger from definer;
grant select, update (delivery_id) on payments.transactions, inventory.events_log to definer;

create trigger adopt_rows before insert on ledger.deliveries
for each row when (
  new.rows_fingerprint is null and new.state = 'committed' and new.consumer in ('store-transactions', 'update-inventory')
)
execute function ledger.adopt_rows();

-- A report too is found to be as its function wrote it. The function of the version before needs to know nothing of it.
alter table inventory.reports add column fingerprint bigint;

comment on column inventory.reports.fingerprint is 'Of the other columns, as report-inventory wrote them.';

create function inventory.fingerprint(report inventory.reports) returns bigint
language sql immutable parallel safe
return hash_numeric_extended(
  hash_record_extended(
    row(
      (report).report_date,
      (report).total_sales,
      (report).units_sold,
      (report).top_sellers,
      (report).low_stock,
      (report).oversold
    ),
    0
  )::numeric,
  0
);

update inventory.reports set fingerprint = inventory.fingerprint(reports);

alter table inventory.reports alter column fingerprint set not null;

create function inventory.fingerprint_report() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  new.fingerprint = inventory.fingerprint(new);
  return new;
end $$;

create trigger fingerprint_inserted before insert on inventory.reports
for each row execute function inventory.fingerprint_report();

-- What anybody else changes is left for the proof to find.
create trigger fingerprint_updated before update on inventory.reports
for each row when (current_user = 'report_inventory') execute function inventory.fingerprint_report();

-- A new delivery's id is known before its rows are written.
grant usage on sequence ledger.deliveries_delivery_id_seq
to archive_orders, archive_user_events, store_transactions, update_inventory;

-- The proof compares it with bronze.
grant select on gold.purchases to prove;

-- The roles whose functions take fingerprints, and the proof.
grant execute on function payments.fingerprint to store_transactions, definer, prove;
grant execute on function inventory.fingerprint(inventory.events_log) to update_inventory, definer, prove;
grant execute on function inventory.fingerprint(inventory.reports) to report_inventory, prove;
grant execute on function warehouse.fingerprint to load_orders, prove;
