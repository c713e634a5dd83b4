create schema warehouse;

create table warehouse.fact_orders (
  order_id      uuid primary key,
  user_id       uuid not null,
  product_id    varchar(50),
  delivery_id   bigint not null,
  kafka_offset  bigint not null,
  amount        numeric(10, 2) not null,
  quantity      integer,
  currency      varchar(10) not null,
  category      varchar(50) not null,
  country       varchar(10) not null,
  created_at    timestamp with time zone not null
);

comment on column warehouse.fact_orders.delivery_id is
  'The delivery in ledger.deliveries, thus the lake object, topic and partition, that the row came from.';

-- Rows come in roughly by time and delivery, so a few bytes for each megabyte of rows find them; a B-tree each would cost
-- as much as the load itself.
create index fact_orders_by_created_at on warehouse.fact_orders using brin (created_at) with (autosummarize = on);
create index fact_orders_by_delivery on warehouse.fact_orders using brin (delivery_id) with (autosummarize = on);
