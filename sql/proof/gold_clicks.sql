-- Clicks of each day and product.
with clicks as (
  select * from gold.daily_product_clicks
)

select
  event_date || ' ' || product_id as key,
  clicks,
  visitors
from clicks
