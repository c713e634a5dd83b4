with clicks as (
  select * from counted_events where event_type = 'click'
)

select
  event_date,
  product_id,

  count(*) as clicks,
  count(distinct user_id) as visitors
from clicks
group by event_date, product_id
