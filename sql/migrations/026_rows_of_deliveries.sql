-- Which delivery each row came in, so that the proof counts by equality, in one pass: a join by ranges of offsets compares every
-- row of a partition with every delivery. And what a delivery's rows were when they were written, so that a row that was edited
-- since is found at once, and after Kafka has removed the record too.

alter table payments.transactions add column delivery_id bigint;
alter table inventory.events_log add column delivery_id bigint;
alter table ledger.deliveries add column rows_fingerprint numeric;
alter table ledger.loads add column rows_fingerprint numeric;

comment on column payments.transactions.delivery_id is
  'The delivery in ledger.deliveries that it came in; null if it came before there were ids.';
comment on column inventory.events_log.delivery_id is
  'The delivery in ledger.deliveries that it came in; null if it came before there were ids.';
comment on column ledger.deliveries.rows_fingerprint is
  'Sum of the fingerprints of the rows that it put into payments.transactions or inventory.events_log, as they were written; '
  'null if nobody knows.';
comment on column ledger.loads.rows_fingerprint is
  'Sum of the fingerprints of the rows that it put into warehouse.fact_orders, as they were written; null if nobody knows.';

-- No BRIN index: where most rows have no id, as after this migration, PostgreSQL takes it for useless and reads the whole table.
create index transactions_by_delivery on payments.transactions (delivery_id) where delivery_id is not null;

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

-- What is there already stays as it is, since an update of each row would take longer than a deployment may. The indexes find its rows,
-- and those of the version before, which may still run: it inserts a delivery after its rows and gives neither id nor fingerprint.
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
