-- The shop's own customers and orders: operational tables, like products (004). Locally the simulator fills them.

create table shop.customers (
  customer_id   uuid         primary key,
  name          text         not null,
  email         text         not null,
  country       varchar(10)  not null,
  segment       varchar(20)  not null,
  signed_up_at  timestamptz  not null
);

comment on column shop.customers.customer_id is 'The user_id of events.';

-- Orders from before the stream began.
create table shop.orders (
  order_id     uuid           primary key,
  customer_id  uuid           not null references shop.customers,
  product_id   varchar(50)    not null references shop.products,
  quantity     integer        not null check (quantity > 0),
  amount       numeric(10, 2) not null,
  currency     varchar(10)    not null,
  country      varchar(10)    not null,
  created_at   timestamptz    not null
);

create index shop_orders_by_created_at on shop.orders using brin (created_at) with (autosummarize = on);

-- What analysts ask: spark/jobs writes it, daily from shop.orders and warehouse.fact_orders, and as it streams in.
create schema curated;

create table curated.dim_customers (
  customer_id   uuid         primary key,
  country       varchar(10)  not null,
  segment       varchar(20)  not null,
  signed_up_at  timestamptz
);

comment on table curated.dim_customers is
  'Customers of the shop, without name and address, and those known only from their orders: segment unknown.';

create table curated.dim_products (
  product_id  varchar(50) primary key,
  name        text        not null,
  category    varchar(50) not null,
  price       numeric(10, 2)
);

comment on table curated.dim_products is 'Products of the shop, and those known only from their orders: without a price.';

create table curated.fact_orders (
  order_id          uuid           primary key,
  customer_id       uuid           not null,
  product_id        varchar(50),
  kafka_partition   integer,
  kafka_offset      bigint,
  order_date        date           not null,
  created_at        timestamptz    not null,
  quantity          integer,
  amount            numeric(10, 2) not null,
  currency          varchar(10)    not null,
  category          varchar(50)    not null,
  country           varchar(10)    not null,
  customer_segment  varchar(20)    not null
);

comment on column curated.fact_orders.kafka_offset is 'Where on topic orders it was; null for one of shop.orders.';
comment on column curated.fact_orders.order_date is 'The day of created_at in UTC.';
comment on column curated.fact_orders.quantity is 'Null if the event did not say (version 1).';

create index curated_orders_by_date on curated.fact_orders (order_date);
create index curated_orders_by_customer on curated.fact_orders (customer_id);
create index curated_orders_by_product on curated.fact_orders (product_id);

-- Loads of the warehouse whose orders are in curated.fact_orders, inserted in the transaction that puts them there.
create table curated.curations (
  delivery_id  bigint      primary key references ledger.loads,
  curated_at   timestamptz not null default clock_timestamp()
);

-- What bronze/user_events adds up to.
create schema gold;

create table gold.daily_product_clicks (
  event_date  date        not null,
  product_id  varchar(50) not null,
  clicks      bigint      not null,
  visitors    bigint      not null,
  primary key (event_date, product_id)
);

comment on column gold.daily_product_clicks.visitors is 'Different users who clicked.';

create table gold.daily_orders (
  order_date  date           not null,
  currency    varchar(10)    not null,
  orders      bigint         not null,
  revenue     numeric(20, 2) not null,
  primary key (order_date, currency)
);

comment on table gold.daily_orders is 'Purchases among the user events, by the day of occurred_at in UTC.';

create index daily_product_clicks_by_product on gold.daily_product_clicks (product_id, event_date);

-- Bronze objects whose events are in gold, inserted in the transaction that puts them there.
create table gold.aggregations (
  delivery_id    bigint      primary key references ledger.deliveries,
  event_dates    date[]      not null,
  aggregated_at  timestamptz not null default clock_timestamp()
);

comment on column gold.aggregations.event_dates is
  'The days on which its events occurred: an object is named by when Kafka got it, and events come late.';

-- Where Spark puts rows before one transaction merges them: a table of its own for each run.
create schema staging;

do $$
declare
  name text;
begin
  foreach name in array array['archive_user_events', 'spark_curation', 'check_quality'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I', name);
    end if;
  end loop;
end $$;

grant usage on schema ledger to archive_user_events, spark_curation, check_quality;
grant select, insert, update on ledger.partitions, ledger.deliveries to archive_user_events;
grant select, insert, delete on ledger.dead_letters to archive_user_events;
grant select, insert on ledger.losses, ledger.outbox to archive_user_events;

grant usage on schema shop, warehouse, curated, gold to spark_curation, check_quality, prove;
grant usage, create on schema staging to spark_curation;
grant select on shop.customers, shop.products, shop.orders, warehouse.fact_orders to spark_curation;
grant select on ledger.deliveries, ledger.loads to spark_curation;
grant select, insert, update, delete on all tables in schema curated, gold to spark_curation;
-- Announces curated orders on topic orders_cleaned.
grant select, insert on ledger.outbox to spark_curation;

grant select on all tables in schema curated, gold to check_quality, prove;
grant select on shop.customers, shop.products, shop.orders, warehouse.fact_orders to check_quality;
grant select on ledger.deliveries, ledger.loads to check_quality;
grant select on shop.customers, shop.orders to prove;

grant usage on schema curated, gold to bi_reader;
grant select on curated.dim_customers, curated.dim_products, curated.fact_orders to bi_reader;
grant select on gold.daily_product_clicks, gold.daily_orders to bi_reader;
