-- What the proof has proved and closed, so that the hourly one reads only what came since. The next proof of everything compares these
-- notes with the rows that they speak of, so a wrong one is found.

create table ledger.closing (
  is_the_only_row    boolean        primary key default true check (is_the_only_row),
  closings           bigint         not null,
  closed_at          timestamptz,
  transformed_as_of  timestamptz,
  open_hours         timestamptz[]  not null default '{}'
);

comment on table ledger.closing is 'The latest proof that closed what it had read.';
comment on column ledger.closing.closings is 'How many there were: of two proofs at once, only one may add to what both have read.';
comment on column ledger.closing.closed_at is 'When its snapshot was taken; null if nothing is closed.';
comment on column ledger.closing.transformed_as_of is 'The latest payments.transformed_hours.transformed_at that it saw.';
comment on column ledger.closing.open_hours is
  'Hours of payments that waited then to be transformed or indexed, or that could not be compared with the index.';

insert into ledger.closing (closings) values (0);

create table ledger.closed_partitions (
  consumer       text     not null,
  topic          text     not null,
  partition      integer  not null,
  before_offset  bigint   not null,
  taken_before   bigint   not null,
  deliveries     bigint   not null,
  records        bigint   not null,
  accepted       bigint   not null,
  duplicates     bigint   not null,
  dead_letters   bigint   not null,
  inserted       bigint   not null,
  repeats        bigint   not null,
  conflicts      bigint   not null,
  fingerprint    numeric  not null,
  primary key (consumer, topic, partition),
  foreign key (consumer, topic, partition) references ledger.partitions
);

comment on table ledger.closed_partitions is
  'Totals of the deliveries before an offset: all of them are committed, loaded if they are to be, and proved.';
comment on column ledger.closed_partitions.taken_before is
  'The daily jobs of Spark have taken all deliveries before it; at most before_offset.';
comment on column ledger.closed_partitions.inserted is 'By the loads, as repeats and conflicts are.';
comment on column ledger.closed_partitions.fingerprint is
  'Sum of delivery_fingerprint and load_fingerprint of them. A migration that changes these sets closed_at to null, and '
  'counts a closing: then the next hourly proof reads everything, for which its memory must suffice (docs/runbook.md, "Upgrade").';

create table ledger.closed_stock (
  product_id  varchar(50)  primary key,
  change      bigint       not null
);

comment on table ledger.closed_stock is
  'Sum of the movements of each product in the deliveries that are closed; no row of one that has none.';

-- PostgreSQL's own hash (migration 026), of what a delivery must still say when its records have left Kafka.
create function ledger.delivery_fingerprint(delivery ledger.deliveries) returns bigint
language sql immutable parallel safe
return hash_numeric_extended(
  hash_record_extended(
    row(
      (delivery).delivery_id,
      (delivery).consumer,
      (delivery).topic,
      (delivery).partition,
      (delivery).first_offset,
      (delivery).last_offset,
      (delivery).records,
      (delivery).accepted,
      (delivery).duplicates,
      (delivery).rejected,
      (delivery).amount,
      (delivery).source_sha256,
      (delivery).object_key,
      (delivery).object_sha256,
      (delivery).object_bytes,
      (delivery).rows_fingerprint
    ),
    0
  )::numeric,
  0
);

create function ledger.load_fingerprint(load ledger.loads) returns bigint
language sql immutable parallel safe
return hash_numeric_extended(
  hash_record_extended(
    row(
      (load).delivery_id,
      (load).rows,
      (load).inserted,
      (load).duplicates,
      (load).conflicts,
      (load).inserted_amount,
      (load).repeated_amount,
      (load).rows_fingerprint
    ),
    0
  )::numeric,
  0
);

-- Rows of before migration 026 bear no delivery's id, and their deliveries have no fingerprint. Ranges don't overlap, so a row can only
-- lie in the one that begins last before it. No join: PostgreSQL can't tell how many rows there are here, and might compare each with
-- every range of its partition.
create view ledger.placed_rows with (security_invoker = true) as
with payments_before as (
  select
    'store-transactions' as consumer,
    'transactions' as topic,
    partition,
    kafka_offset,
    null::text as status
  from payments.transactions
  where delivery_id is null
),

events_before as (
  select
    'update-inventory' as consumer,
    topic,
    partition,
    kafka_offset,
    status
  from inventory.events_log
  where delivery_id is null
),

-- Payments don't say their topic, since there is one.
deliveries_before as (
  select
    consumer,
    case consumer when 'store-transactions' then 'transactions' else topic end as topic,
    partition,
    first_offset,
    last_offset,
    delivery_id
  from ledger.deliveries
  where state = 'committed' and rows_fingerprint is null
),

places as (
  select
    *,
    null::bigint[] as range
  from payments_before
  union all
  select
    *,
    null
  from events_before
  union all
  select
    consumer,
    topic,
    partition,
    first_offset,
    null,
    array[first_offset, last_offset, delivery_id]
  from deliveries_before
),

places_in_order as (
  select
    *,
    range is null as is_row,
    max(range) over (partition by consumer, topic, partition order by kafka_offset) as range_before
  from places
)

select
  consumer,
  topic,
  partition,
  kafka_offset,
  status,
  range_before[3] as delivery_id,
  coalesce(kafka_offset <= range_before[2], false) as is_in_place
from places_in_order
where is_row;

comment on view ledger.placed_rows is
  'Rows of payments.transactions and inventory.events_log that bear no delivery''s id, with the last delivery before or around them.';

-- What a row of the outbox consists of, for the relay that publishes it and for the proof that looks for it in Kafka. It names the columns,
-- so that it depends on no other.
create view ledger.messages with (security_invoker = true) as
with outbox as (
  select
    outbox_id,
    topic,
    dead_letter_id,
    record_key,
    record_value,
    headers,
    sent_at,
    sent_hour
  from ledger.outbox
),

letters as (
  select
    dead_letter_id,
    topic,
    partition,
    record_offset,
    record_key,
    record_value,
    headers,
    reason,
    message,
    consumer,
    failed_at
  from ledger.dead_letters
)

select
  outbox.outbox_id,
  outbox.topic,
  outbox.sent_at,
  outbox.sent_hour,
  coalesce(letters.record_key, outbox.record_key) as key,
  coalesce(letters.record_value, outbox.record_value) as value,
  -- A dead letter's row has none of its own.
  coalesce(letters.headers, '[]') || outbox.headers as headers,
  case
    when letters.dead_letter_id is not null
      then json_build_object(
          'deadLetterId', letters.dead_letter_id,
          'topic', letters.topic,
          'partition', letters.partition,
          'offset', letters.record_offset,
          'reason', letters.reason,
          'message', letters.message,
          'consumer', letters.consumer,
          'failedAt', to_char(letters.failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        )
  end as dead_letter
from outbox
left join letters using (dead_letter_id);

comment on view ledger.messages is 'What is published of each row of the outbox: a dead letter''s record, or the row''s own.';

grant select on ledger.messages to relay_outbox, prove;
grant select on ledger.closing, ledger.closed_partitions, ledger.closed_stock, ledger.placed_rows to prove;
grant update on ledger.closing to prove;
grant insert, update on ledger.closed_partitions, ledger.closed_stock to prove;
grant delete on ledger.closed_stock to prove;
grant execute on function ledger.delivery_fingerprint, ledger.load_fingerprint to prove;
