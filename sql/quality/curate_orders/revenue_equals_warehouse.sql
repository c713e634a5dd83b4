-- An order of a curated load, as in the proof (sql/proof/curated_values.sql), has the same amount, currency and day in curated as in the warehouse.
with warehouse as (
  select *
  from warehouse.fact_orders
  where delivery_id in (select delivery_id from curated.curations)
),

curated as (
  select * from curated.fact_orders
)

select
  order_id,
  curated.amount,
  warehouse.amount as warehouse_amount,
  curated.currency,
  warehouse.currency as warehouse_currency,
  curated.order_date,
  warehouse.created_at as warehouse_created_at
from curated
inner join warehouse using (order_id)
where (curated.amount, curated.currency, curated.customer_id, curated.kafka_offset, curated.order_date)
  is distinct from (
    warehouse.amount, warehouse.currency, warehouse.user_id, warehouse.kafka_offset,
    (warehouse.created_at at time zone 'UTC')::date
  )
order by order_id
limit 20
