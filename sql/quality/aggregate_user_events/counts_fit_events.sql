-- No day has more clicks and orders than its bronze objects have events, and each day has an object.
with aggregations as (
  select
    unnest(event_dates) as day,
    accepted as events
  from gold.aggregations
  inner join ledger.deliveries using (delivery_id)
),

sources as (
  select day, sum(events) as events from aggregations group by day
),

counted as (
  select event_date as day, clicks as events from gold.daily_product_clicks
  union all
  select order_date, orders + credits from gold.daily_orders
),

days as (
  select day, sum(events) as events from counted group by day
)

select day, days.events as counted_events, coalesce(sources.events, 0) as bronze_events
from days
left join sources using (day)
where days.events > coalesce(sources.events, 0)
order by day
limit 20
