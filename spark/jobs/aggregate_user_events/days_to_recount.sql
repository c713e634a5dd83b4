-- Days to count again although no new object has events of them: 30 in each run, so that a run's time does not grow with all bronze.
select event_date::text as event_date
from gold.days_to_recount
order by days_to_recount.event_date desc
limit 30
