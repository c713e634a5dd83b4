-- How many orders come in right now?
--
-- minute: start of the minute, in UTC; the last one is not over yet
-- orders: number of orders made in it
--
-- From curated.fact_orders, which stream_orders fills as they come, without credits (orders with a negative amount): the last 60
-- minutes, from the first that has orders.
-- A minute without orders is a zero, so that a stream which stands still can be seen.
with orders as (
  select *
  from curated.fact_orders
  where order_date >= (now() at time zone 'UTC' - interval '59 minutes')::date -- Only for its index.
    and created_at >= date_trunc('minute', now()) - interval '59 minutes'
    and created_at <= now()
    and amount >= 0
),

counts as (
  select
    date_trunc('minute', created_at at time zone 'UTC') as minute,
    count(*) as orders
  from orders
  group by minute
),

minutes as (
  select generate_series(min(minute), now() at time zone 'UTC', interval '1 minute') as minute from counts
)

select
  minute,
  coalesce(orders, 0) as orders
from minutes
left join counts using (minute)
order by minute;
