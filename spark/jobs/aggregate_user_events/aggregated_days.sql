-- Which objects have events of which days, of those in gold.
select
  delivery_id,
  unnest(event_dates) as event_date
from gold.aggregations
