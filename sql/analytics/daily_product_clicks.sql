-- Which products do shoppers click, day by day?
--
-- event_date: day in UTC
-- product_id: the product
-- name: its name, or its id if the shop doesn't know it
-- clicks: number of clicks
-- visitors: different users who clicked
--
-- From gold.daily_product_clicks and curated.dim_products: the 30 days up to the newest that has clicks.
with newest as (
  select max(event_date) as day from gold.daily_product_clicks where event_date <= (now() at time zone 'UTC')::date
),

clicks as (
  select daily_product_clicks.*
  from newest
  inner join gold.daily_product_clicks on event_date between day - 29 and day
),

products as (
  select * from curated.dim_products
)

select
  event_date,
  product_id,
  coalesce(name, product_id) as name,
  clicks,
  visitors
from clicks
left join products using (product_id)
order by event_date desc, clicks desc, product_id collate "C";
