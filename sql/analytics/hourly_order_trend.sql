-- At what times do orders come?
--
-- hour: start of the hour, in UTC
-- orders: number of orders made in it
--
-- From warehouse.fact_orders, without credits (orders with a negative amount): the 48 hours up to the newest that has orders; an hour
-- without orders is a zero.
with newest as (
  select date_trunc('hour', max(created_at) at time zone 'UTC') as hour
  from warehouse.fact_orders
  where created_at <= now()
),

orders as (
  select date_trunc('hour', created_at at time zone 'UTC') as hour
  from newest
  inner join warehouse.fact_orders
    on created_at >= (newest.hour - interval '47 hours') at time zone 'UTC'
    and created_at < (newest.hour + interval '1 hour') at time zone 'UTC'
  where amount >= 0
),

counts as (
  select hour, count(*) as orders from orders group by hour
),

hours as (
  select generate_series(hour - interval '47 hours', hour, interval '1 hour') as hour from newest
)

select
  hour,
  coalesce(orders, 0) as orders
from hours
left join counts using (hour)
order by hour;
