-- The days of the objects that are in gold. Days are text, here as in the steps: JDBC would pass them through Java's old calendar,
-- which has no 5 to 14 October 1582.
select
  delivery_id,
  unnest(event_dates)::text as event_date
from gold.aggregations
