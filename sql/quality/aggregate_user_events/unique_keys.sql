-- A day has one row for each product and each currency.
with clicks as (
  select * from gold.daily_product_clicks
),

orders as (
  select * from gold.daily_orders
)

select 'daily_product_clicks' as table_name, event_date as day, product_id as key, count(*) as times
from clicks
group by event_date, product_id
having count(*) > 1

union all

select 'daily_orders', order_date, currency, count(*)
from orders
group by order_date, currency
having count(*) > 1
limit 20
