-- Every object with events of those days.
select
  bronze_objects.delivery_id,
  bronze_objects.object_key
from bronze_objects
where is_new
  or delivery_id in (select delivery_id from aggregated_days inner join changed_days using (event_date))
