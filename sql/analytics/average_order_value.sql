-- How much is an order worth?
--
-- order_date: day in UTC
-- currency: ISO 4217 code
-- orders: number of orders
-- average_order_value: mean of their amounts, in the currency
--
-- From warehouse.fact_orders, without credits (orders with a negative amount): the 30 days up to the newest that has orders.
with orders as (
  select
    (created_at at time zone 'UTC')::date as order_date,
    currency,
    amount
  from warehouse.newest_orders(days => 30)
  where amount >= 0
)

select
  order_date,
  currency,
  count(*) as orders,
  round(avg(amount), 2) as average_order_value
from orders
group by order_date, currency
order by order_date, currency;
