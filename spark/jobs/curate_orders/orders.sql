-- All orders of the days to curate (again): the requested day, if any, and days that differ from curated, have orders of a load
-- that is not in curated, orders of the shop's history that the shop has corrected, or orders of customers that the shop got to
-- know since.
with streamed as (
  select
    fact_orders.*,
    deliveries.partition,
    (created_at at time zone 'UTC')::date as order_date
  from warehouse.fact_orders
  left join ledger.deliveries using (delivery_id)
),

-- If an order is in both, the one from Kafka counts: it has more columns.
history as (
  select *, (created_at at time zone 'UTC')::date as order_date
  from shop.orders
  where not exists (select from warehouse.fact_orders where fact_orders.order_id = orders.order_id)
),

curated as (
  select * from curated.fact_orders
),

curated_history as (
  select * from curated.fact_orders where kafka_offset is null
),

uncurated_loads as (
  select delivery_id
  from ledger.loads
  where not exists (select from curated.curations where curations.delivery_id = loads.delivery_id)
),

sources as (
  select order_date, amount from streamed
  union all
  select order_date, amount from history
),

source_days as (
  select order_date, count(*) as orders, sum(amount) as amount from sources group by order_date
),

curated_days as (
  select order_date, count(*) as orders, sum(amount) as amount from curated group by order_date
),

days as (
  select nullif('${date}', 'none')::date as order_date
  union
  select order_date
  from source_days
  full join curated_days using (order_date)
  where (source_days.orders, source_days.amount) is distinct from (curated_days.orders, curated_days.amount)
  union
  select order_date from streamed where delivery_id in (select delivery_id from uncurated_loads)
  union
  select history.order_date
  from history
  inner join curated_history as present using (order_id)
  where
    (
      history.customer_id, history.product_id, history.created_at, history.quantity, history.amount, history.currency,
      history.country
    ) is distinct from (
      present.customer_id, present.product_id, present.created_at, present.quantity, present.amount, present.currency,
      present.country
    )
  union
  select order_date
  from curated
  inner join shop.customers using (customer_id)
  where customer_segment = 'unknown' and segment <> 'unknown'
)

select
  order_id,
  user_id as customer_id,
  product_id,
  partition as kafka_partition,
  kafka_offset,

  amount,
  quantity,

  currency,
  category,
  country,

  to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
  true as is_settled
from streamed
where order_date in (select order_date from days)

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

  to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  true
from history
where order_date in (select order_date from days)
