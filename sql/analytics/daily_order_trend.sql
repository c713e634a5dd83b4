-- Do orders become more or fewer?
--
-- order_date: day in UTC
-- orders: number of orders
-- seven_day_average: mean number of orders of this day and the six before it
--
-- From warehouse.fact_orders, without credits (orders with a negative amount): the 30 days up to the newest that has orders; a day
-- without orders is a zero.
with orders as (
  -- Six days more than are shown, for the average of the first.
  select
    (created_at at time zone 'UTC')::date as order_date,
    amount
  from warehouse.newest_orders(days => 36)
),

newest as (
  select max(order_date) as day from orders
),

counts as (
  select order_date, count(*) as orders from orders where amount >= 0 group by order_date
),

days as (
  select day - back as order_date, back from newest, generate_series(0, 35) as back where day is not null
),

averages as (
  select
    order_date,
    back,
    coalesce(orders, 0) as orders,
    avg(coalesce(orders, 0)) over (order by order_date rows 6 preceding) as seven_day_average
  from days
  left join counts using (order_date)
)

select
  order_date,
  orders,
  round(seven_day_average, 2) as seven_day_average
from averages
where back < 30
order by order_date;
