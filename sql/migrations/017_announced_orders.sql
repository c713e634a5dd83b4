-- Topic orders_cleaned says what curated.fact_orders says: whatever changes there is announced in the same transaction, and the
-- proof compares what was announced with what is curated. Until now an order was announced once, and never corrected.

-- As consumers of the topic read an order; the names and their order are the message's.
create type curated.announced_order as (
  order_id          uuid,
  customer_id       uuid,
  product_id        varchar(50),
  kafka_partition   integer,
  kafka_offset      bigint,
  order_date        date,
  created_at        text,
  quantity          integer,
  amount            numeric(10, 2),
  currency          varchar(10),
  category          varchar(50),
  country           varchar(10),
  customer_segment  varchar(20)
);

-- What the topic says of an order; null of one that is not from Kafka, since it says nothing of those. Another text for the same
-- order would be another message to the proof: a new format has to convert ledger.outbox_removed, as is done below.
create function curated.announcement(fact curated.fact_orders) returns bytea
language sql stable parallel safe
return case when (fact).kafka_offset is not null then convert_to(
  row_to_json(row(
    (fact).order_id,
    (fact).customer_id,
    (fact).product_id,
    (fact).kafka_partition,
    (fact).kafka_offset,
    (fact).order_date,
    to_char((fact).created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    (fact).quantity,
    (fact).amount,
    (fact).currency,
    (fact).category,
    (fact).country,
    (fact).customer_segment
  )::curated.announced_order)::text,
  'UTF8'
) end;

-- What is curated now, while nobody changes it. This takes the longest and comes before the outbox is locked; whoever writes both locks
-- them in the same order.
lock table curated.fact_orders in share row exclusive mode;

create temporary table curated_announcements on commit drop as
with orders as (
  select * from curated.fact_orders where kafka_offset is not null
)

select
  order_id,
  convert_to(order_id::text, 'UTF8') as record_key,
  ledger.fingerprint(curated.announcement(orders)) as says
from orders;

analyze curated_announcements;

alter table ledger.outbox add column replaces bigint;

comment on column ledger.outbox.replaces is
  'ledger.fingerprint of what an earlier message said of the same key, if this one says something else. Without a value it says '
  'that there is no more to say.';

-- Each message has an event_id of its own, which tells it from the repeat of another.
create function curated.announcement_headers() returns jsonb
language sql volatile
return jsonb_build_array(jsonb_build_object(
  'name', 'event_id',
  'value', encode(convert_to(gen_random_uuid()::text, 'UTF8'), 'base64')
));

-- For a person who mends an announcement (docs/runbook.md).
create function curated.announce(order_id uuid, value bytea, replaces bigint) returns void
language sql volatile
begin atomic
  insert into ledger.outbox (topic, record_key, record_value, replaces, headers)
  values ('orders_cleaned', convert_to(order_id::text, 'UTF8'), value, replaces, curated.announcement_headers());
end;

-- For each statement, not each row: a batch changes many thousands. The rows' locks make the messages of an order follow each
-- other as its changes did.
create function curated.announce_inserted() returns trigger
language plpgsql as $$
begin
  insert into ledger.outbox (topic, record_key, record_value, headers)
  with messages as materialized (
    select order_id, curated.announcement(inserted) as says from inserted
  )
  select 'orders_cleaned', convert_to(order_id::text, 'UTF8'), says, curated.announcement_headers()
  from messages
  where says is not null
  order by order_id;
  return null;
end $$;

create function curated.announce_updated() returns trigger
language plpgsql as $$
begin
  insert into ledger.outbox (topic, record_key, record_value, replaces, headers)
  with messages as materialized (
    select
      order_id,
      curated.announcement(before) as said,
      curated.announcement(after) as says
    from before
    full join after using (order_id)
    where before is distinct from after
  )
  select
    'orders_cleaned', convert_to(order_id::text, 'UTF8'), says, ledger.fingerprint(said), curated.announcement_headers()
  from messages
  where says is distinct from said
  order by order_id;
  return null;
end $$;

create function curated.announce_deleted() returns trigger
language plpgsql as $$
begin
  insert into ledger.outbox (topic, record_key, replaces, headers)
  with messages as materialized (
    select order_id, curated.announcement(deleted) as said from deleted
  )
  select 'orders_cleaned', convert_to(order_id::text, 'UTF8'), ledger.fingerprint(said), curated.announcement_headers()
  from messages
  where said is not null
  order by order_id;
  return null;
end $$;

create trigger announce_inserted after insert on curated.fact_orders
referencing new table as inserted
for each statement execute function curated.announce_inserted();

create trigger announce_updated after update on curated.fact_orders
referencing old table as before new table as after
for each statement execute function curated.announce_updated();

create trigger announce_deleted after delete on curated.fact_orders
referencing old table as deleted
for each statement execute function curated.announce_deleted();

-- The messages that are still in the outbox, by order, beside what is curated.
create view curated.announcements as
with outbox as (
  select
    record_key,
    outbox_id,
    replaces,
    ledger.fingerprint(record_value) as said
  from ledger.outbox
  where topic = 'orders_cleaned'
),

curated as (
  select * from curated.fact_orders where kafka_offset is not null
),

messages as (
  select
    record_key,
    (array_agg(said order by outbox_id desc))[1] as last_said,
    (array_agg(replaces order by outbox_id))[1] as first_replaced,
    sum(coalesce(said, 0)::numeric - coalesce(replaces, 0)) as difference
  from outbox
  group by record_key
),

orders as (
  select
    convert_to(order_id::text, 'UTF8') as record_key,
    ledger.fingerprint(curated.announcement(curated)) as says
  from curated
)

select
  encode(record_key, 'escape') as order_id,
  last_said,
  -- What the messages that were removed said last of the order; null if none was removed.
  case when messages.record_key is null then says else first_replaced end as removed_said,
  -- The last message must say what is curated, and each replace the one before it.
  messages.record_key is not null and (
    last_said is distinct from says
    or difference <> coalesce(last_said, 0)::numeric - coalesce(first_replaced, 0)
  ) as is_wrong
from messages
full join orders using (record_key);

comment on view curated.announcements is
  'What topic orders_cleaned says of each order from Kafka, as fingerprints, and whether it is what curated says.';

grant select on curated.announcements to prove;

-- The totals of removed messages now tell what they said too. The fingerprints of keys stay for the version before.
alter table ledger.outbox_removed
add column value_sum numeric not null default 0,
alter column key_sum set default 0;

comment on column ledger.outbox_removed.messages is
  'Messages, less those that replaced an earlier one and those that said that there is no more to say.';
comment on column ledger.outbox_removed.key_sum is
  'Sum of ledger.fingerprint(record_key) of these messages: the proof of version 0.1.0 uses it.';
comment on column ledger.outbox_removed.value_sum is
  'Of orders_cleaned: sum of ledger.fingerprint(record_value), less `replaces`, so what is left is what was said last of each key. '
  'A trigger of the outbox adds to it.';

-- The relay of the version before, which may still run, doesn't know value_sum. What anybody else removes isn't counted, so that
-- the proof finds it.
create function ledger.add_removed_values() returns trigger
language plpgsql as $$
begin
  update ledger.outbox_removed
  set value_sum = value_sum + (
    select coalesce(sum(coalesce(ledger.fingerprint(record_value), 0)::numeric - coalesce(replaces, 0)), 0)
    from removed
    where topic = 'orders_cleaned'
  )
  where output_topic = 'orders_cleaned' and exists (select from removed where topic = 'orders_cleaned');
  return null;
end $$;

create trigger add_removed_values after delete on ledger.outbox
referencing old table as removed
for each statement when (current_user = 'relay_outbox') execute function ledger.add_removed_values();

-- What was said of an order whose message is gone is not known; it counts as what is curated.
with messages as (
  select * from ledger.outbox where topic = 'orders_cleaned'
),

removed as (
  select coalesce(sum(says), 0) as value_sum
  from curated_announcements
  where not exists (select from messages where messages.record_key = curated_announcements.record_key)
)

update ledger.outbox_removed
set value_sum = removed.value_sum
from removed
where output_topic = 'orders_cleaned';

-- Orders that were curated otherwise after they had been announced.
insert into ledger.outbox (topic, record_key, record_value, replaces, headers)
with outbox as (
  select * from ledger.outbox where topic = 'orders_cleaned'
),

orders as (
  select * from curated.fact_orders
),

messages as (
  select distinct on (record_key)
    record_key,
    ledger.fingerprint(record_value) as last_said
  from outbox
  order by record_key, outbox_id desc
)

select
  'orders_cleaned',
  record_key,
  curated.announcement(orders),
  last_said,
  curated.announcement_headers()
from curated_announcements
inner join messages using (record_key)
inner join orders using (order_id)
where says is distinct from last_said
order by record_key;

-- Spark's merge of the version before, which may still run, announces orders itself; the triggers have done so already.
create function ledger.ignore_message() returns trigger
language plpgsql as $$
begin
  return null;
end $$;

create trigger ignore_announcements_of_merge before insert on ledger.outbox
for each row when (new.topic = 'orders_cleaned' and current_user = 'spark_curation' and pg_trigger_depth() = 0)
execute function ledger.ignore_message();
