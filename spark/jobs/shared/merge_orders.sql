-- Merges staging into curated, for batch and stream alike. One transaction; it deletes nothing, so neither undoes the other's
-- work. A trigger of curated.fact_orders announces every order from Kafka that is new or says something else now.
--
-- Staging:
--   dim_customers_${run}  customer_id, country, segment, signed_up_at
--   dim_products_${run}   product_id, name, category, price
--   fact_orders_${run}    order_id, customer_id, product_id, kafka_partition, kafka_offset, amount, quantity, currency, category,
--                         country, customer_segment, order_date, created_at, is_settled; each order_id once
-- UUIDs, days and times are text, ISO 8601. `is_settled`: the order is in the warehouse or the shop's history, so it is decided
-- which of the records with this order_id counts. An order that is not settled is inserted, but never replaces a row.
--
-- Each statement locks its rows in the order of their ids, so two merges cannot deadlock.

-- What follows `on conflict` has no indentation in sqlfluff's eyes.
-- noqa: disable=layout.indent

-- Only customers and products that the shop knows have signed_up_at or a price. Inferred ones don't replace a row.
insert into curated.dim_customers as present (customer_id, country, segment, signed_up_at)
select
  customer_id::uuid,
  country,
  segment,
  signed_up_at::timestamptz
from staging.dim_customers_${run}
order by customer_id
on conflict (customer_id) do update set
  country = excluded.country,
  segment = excluded.segment,
  signed_up_at = excluded.signed_up_at
where
  excluded.signed_up_at is not null
  and (present.country, present.segment, present.signed_up_at)
    is distinct from (excluded.country, excluded.segment, excluded.signed_up_at);

insert into curated.dim_products as present (product_id, name, category, price)
select
  product_id,
  name,
  category,
  price
from staging.dim_products_${run}
order by product_id
on conflict (product_id) do update set
  name = excluded.name,
  category = excluded.category,
  price = excluded.price
where
  excluded.price is not null
  and (present.name, present.category, present.price)
    is distinct from (excluded.name, excluded.category, excluded.price);

with staged as (
  select
    order_id::uuid,
    customer_id::uuid,
    product_id,
    kafka_partition,
    kafka_offset,
    order_date::date,
    created_at::timestamptz,
    quantity,
    amount,
    currency,
    category,
    country,
    customer_segment,
    is_settled
  from staging.fact_orders_${run}
)

insert into curated.fact_orders as present (
  order_id, customer_id, product_id, kafka_partition, kafka_offset, order_date, created_at, quantity, amount, currency,
  category, country, customer_segment
)
select
  order_id, customer_id, product_id, kafka_partition, kafka_offset, order_date, created_at, quantity, amount, currency,
  category, country, customer_segment
from staged
order by order_id
on conflict (order_id) do update set
  customer_id = excluded.customer_id,
  product_id = excluded.product_id,
  kafka_partition = excluded.kafka_partition,
  kafka_offset = excluded.kafka_offset,
  order_date = excluded.order_date,
  created_at = excluded.created_at,
  quantity = excluded.quantity,
  amount = excluded.amount,
  currency = excluded.currency,
  category = excluded.category,
  country = excluded.country,
  customer_segment = excluded.customer_segment
where
  present is distinct from excluded
  -- Asked of the row as it is now: another merge may have settled it since this statement began.
  and excluded.order_id in (select order_id from staged where is_settled);
