-- Nothing is null or empty, each row has at least one click, order or credit, and there are no more visitors than clicks.
with clicks as (
  select * from gold.daily_product_clicks
),

orders as (
  select * from gold.daily_orders
)

select
  'daily_product_clicks' as table_name,
  event_date as day,
  product_id as key,
  format('%s clicks of %s', clicks, visitors) as numbers
from clicks
where not coalesce(event_date is not null and product_id <> '' and visitors between 1 and clicks, false)

union all

select 'daily_orders', order_date, currency, format('%s orders, %s credits, for %s', orders, credits, revenue)
from orders
where
  least(orders, credits) < 0
  or not coalesce(order_date is not null and currency <> '' and orders + credits >= 1 and revenue is not null, false)
limit 20
