-- Stock is the sum of movements: opening_quantity + every processed change in events_log = quantity_on_hand.

create schema inventory;

create table inventory.inventory (
  product_id           varchar(50) primary key references shop.products,
  opening_quantity     bigint      not null,
  quantity_on_hand     bigint      not null,
  low_stock_threshold  bigint      not null default 10,
  last_updated         timestamptz not null default clock_timestamp()
);

comment on column inventory.inventory.quantity_on_hand is
  'May be negative: a sale is a fact even if the shelf said zero. Then the product is oversold.';

-- Every record of the inventory topics, one row for each offset: what it said and what became of it.
create table inventory.events_log (
  topic         text        not null,
  partition     integer     not null,
  kafka_offset  bigint      not null,
  event_id      varchar(100),
  product_id    varchar(50),
  order_id      varchar(100),
  change        bigint,
  status        text        not null check (status in ('processed', 'duplicate', 'rejected')),
  raw_event     text,
  occurred_at   timestamptz,
  processed_at  timestamptz not null default clock_timestamp(),
  primary key (topic, partition, kafka_offset)
);

comment on column inventory.events_log.raw_event is
  'The record''s value. Null where it is no text that PostgreSQL can hold; ledger.dead_letters has its bytes.';

-- An event takes effect once, whatever topic, partition or batch it comes in.
create unique index events_log_once on inventory.events_log (event_id) where status = 'processed';
create index events_log_by_time on inventory.events_log (occurred_at) where status = 'processed';

-- What was sold, online and in stores.
create table inventory.orders (
  event_id    varchar(100) primary key,
  order_id    varchar(100) not null,
  product_id  varchar(50)  not null,
  quantity    bigint       not null,
  source      text         not null,
  timestamp   timestamptz  not null
);

create table inventory.reports (
  report_date  date           primary key,
  total_sales  numeric(30, 2) not null,
  units_sold   bigint         not null,
  top_sellers  jsonb          not null,
  low_stock    jsonb          not null,
  oversold     jsonb          not null
);
