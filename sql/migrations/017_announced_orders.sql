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

alter table ledger.outbox add column replaces bigint;

comment on column ledger.outbox.replaces is
  'ledger.fingerprint of what an earlier message said of the same key, if this one says something else. Without a value it says '
  'that there is no more to say.';

-- Each message has an event_id of its own, which tells it from the repeat of another.
create function curated.announce(order_id uuid, value bytea, replaces bigint) returns void
language sql volatile
begin atomic
  insert into ledger.outbox (topic, record_key, record_value, replaces, headers)
  values (
    'orders_cleaned',
    convert_to(order_id::text, 'UTF8'),
    value,
    replaces,
    jsonb_build_array(jsonb_build_object(
      'name', 'event_id',
      'value', encode(convert_to(gen_random_uuid()::text, 'UTF8'), 'base64')
    ))
  );
end;

-- The row's lock makes the messages of an order follow each other as its changes did.
create function curated.announce_change() returns trigger
language plpgsql as $$
declare
  said bytea := curated.announcement(old);
  says bytea := curated.announcement(new);
begin
  if says is distinct from said then
    perform curated.announce(coalesce(new.order_id, old.order_id), says, ledger.fingerprint(said));
  end if;
  return null;
end $$;

create trigger announce_change after insert or update or delete on curated.fact_orders
for each row execute function curated.announce_change();

-- The messages that are still in the outbox, by order, beside what is curated.
create view curated.announcements as
with messages as (
  select
    record_key,
    (array_agg(ledger.fingerprint(record_value) order by outbox_id desc))[1] as last_said,
    (array_agg(replaces order by outbox_id))[1] as first_replaced,
    sum(coalesce(ledger.fingerprint(record_value), 0)::numeric - coalesce(replaces, 0)) as difference
  from ledger.outbox
  where topic = 'orders_cleaned'
  group by record_key
),

orders as (
  select
    convert_to(order_id::text, 'UTF8') as record_key,
    ledger.fingerprint(curated.announcement(fact_orders)) as says
  from curated.fact_orders
  where kafka_offset is not null
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

-- The totals of removed messages now tell what they said: the keys' fingerprints are exchanged for those of the orders.
alter table ledger.outbox_removed rename column key_sum to value_sum;

comment on column ledger.outbox_removed.messages is
  'Messages, less those that replaced an earlier one and those that said that there is no more to say.';
comment on column ledger.outbox_removed.value_sum is
  'Sum of ledger.fingerprint(record_value), less `replaces`: what is left is what was said last of each key. The proof uses that '
  'of orders_cleaned.';

update ledger.outbox_removed
set value_sum = value_sum + (
  select coalesce(sum(removed_said::numeric - ledger.fingerprint(convert_to(order_id, 'UTF8'))), 0)
  from curated.announcements
  where removed_said is not null
)
where output_topic = 'orders_cleaned';

-- Orders that were curated otherwise after they had been announced.
select curated.announce(fact_orders.order_id, curated.announcement(fact_orders), last_said)
from curated.announcements
inner join curated.fact_orders on announcements.order_id = fact_orders.order_id::text
where is_wrong;
