-- The orders that curated should hold, for those who check it. Of two with one id the one from Kafka, which is in the warehouse, counts: it has more
-- columns. The others are of the shop's history. Each reader needs its own rights on the tables.
create view curated.sources with (security_invoker = true) as
-- Not materialized, so that a question for some orders reads only these.
with warehouse as not materialized (
  select * from warehouse.fact_orders
),

history as (
  select * from shop.orders
)

select
  order_id,
  user_id as customer_id,
  product_id,
  delivery_id,
  kafka_offset,
  amount,
  quantity,
  currency,
  category,
  country,
  created_at
from warehouse
union all
select
  order_id,
  customer_id,
  product_id,
  null,
  null,
  amount,
  quantity,
  currency,
  null,
  country,
  created_at
from history
where not exists (select from warehouse where warehouse.order_id = history.order_id);

-- Finds what the shop has deleted at the cost of the shop's history, however many orders Kafka has brought.
create index curated_orders_of_history on curated.fact_orders (order_id) where kafka_offset is null;

-- The purchase by which an order counts in daily_orders.
create table gold.purchases (
  order_id         uuid           primary key,
  occurred_at      timestamptz    not null,
  kafka_partition  integer        not null,
  kafka_offset     bigint         not null,
  order_date       date           not null,
  amount           numeric(10, 2) not null,
  currency         varchar(10)    not null
);

comment on table gold.purchases is
  'The first purchase event of each order, by occurred_at, then partition and offset: others repeat it (a page that was reloaded).';

create index purchases_by_date on gold.purchases (order_date);

alter table gold.daily_orders add column credits bigint not null default 0;

comment on table gold.daily_orders is
  'Orders by the day (UTC) of their first purchase event; an order counts once, however many events tell of it.';
comment on column gold.daily_orders.orders is 'Without credits.';
comment on column gold.daily_orders.credits is 'Orders with a negative amount, which give money back.';
comment on column gold.daily_orders.revenue is 'Less credits.';

-- Until now each event counted. So every day is counted again, some days in each run; until then its old numbers stay.
create table gold.days_to_recount (
  event_date  date  primary key
);

comment on table gold.days_to_recount is
  'Days whose numbers are of another rule: aggregate_user_events counts them again, the newest first, and removes them here.';

insert into gold.days_to_recount (event_date)
select distinct unnest(event_dates) from gold.aggregations;

grant select on curated.sources to check_quality, prove;
grant select, insert, update, delete on gold.purchases to spark_curation;
grant select, delete on gold.days_to_recount to spark_curation;
