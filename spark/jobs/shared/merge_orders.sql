-- Merges staging into curated, for batch and stream alike, and announces new orders from Kafka. One transaction; it deletes
-- nothing, so neither undoes the other's work.
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
),

-- Reads the table as it was before this statement.
present as (
  select * from curated.fact_orders
),

merged as (
  insert into curated.fact_orders as target (
    order_id, customer_id, product_id, kafka_partition, kafka_offset, order_date, created_at, quantity, amount,
    currency, category, country, customer_segment
  )
  select
    order_id, staged.customer_id, staged.product_id, staged.kafka_partition, staged.kafka_offset, staged.order_date,
    staged.created_at, staged.quantity, staged.amount, staged.currency, staged.category, staged.country,
    staged.customer_segment
  from staged
  left join present using (order_id)
  where staged.is_settled or present.order_id is null
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
  where target is distinct from excluded
  returning target.*, xmax = 0 as is_inserted
),

-- An order that another merge inserted meanwhile is announced by that merge.
announced as (
  select merged.*
  from merged
  left join present using (order_id)
  where merged.kafka_offset is not null
    and (merged.is_inserted or present.order_id is not null and present.kafka_offset is null)
),

-- As consumers of the topic read them.
events as (
  select
    order_id,
    customer_id,
    product_id,
    kafka_partition,
    kafka_offset,
    order_date,
    to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
    quantity,
    amount,
    currency,
    category,
    country,
    customer_segment
  from announced
)

insert into ledger.outbox (topic, record_key, record_value, headers)
select
  'orders_cleaned',
  convert_to(order_id::text, 'UTF8'),
  convert_to(row_to_json(events)::text, 'UTF8'),
  jsonb_build_array(
    jsonb_build_object('name', 'event_id', 'value', encode(convert_to(order_id::text, 'UTF8'), 'base64'))
  )
from events
order by kafka_partition, kafka_offset;
