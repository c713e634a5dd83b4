-- For every day curated has exactly the orders of the warehouse and the shop's history. Orders since the last run are left out:
-- those of loads that are not in curated.curations, and those that the stream curated ahead of their load.
with warehouse as (
  select * from warehouse.fact_orders
),

curations as (
  select * from curated.curations
),

sources as (
  select order_id, created_at
  from curated.sources
  where delivery_id is null or delivery_id in (select delivery_id from curations)
),

loaded_offsets as (
  select partition, first_offset, last_offset
  from ledger.loads
  inner join ledger.deliveries using (delivery_id)
),

curated as (
  select fact_orders.order_id, fact_orders.order_date
  from curated.fact_orders
  left join warehouse using (order_id)
  where
    case
      when warehouse.order_id is not null then warehouse.delivery_id in (select delivery_id from curations)
      when fact_orders.kafka_offset is null then true
      else exists (
          select from loaded_offsets
          where partition = fact_orders.kafka_partition
            and fact_orders.kafka_offset between first_offset and last_offset
        )
    end
)

select
  coalesce(order_date, (created_at at time zone 'UTC')::date) as order_date,
  count(sources.order_id) as source_orders,
  count(curated.order_id) as curated_orders,
  min(order_id::text) filter (where curated.order_id is null) as missing_order,
  min(order_id::text) filter (where sources.order_id is null) as surplus_order
from sources
full join curated using (order_id)
group by 1
having count(*) <> count(sources.order_id) or count(*) <> count(curated.order_id)
order by 1
limit 20
