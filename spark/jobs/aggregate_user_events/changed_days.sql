-- The days to aggregate (again): the requested one, if any, those of events in new objects, however late, and some that an upgrade
-- asks for.
select cast(to_date(nullif('${date}', 'none')) as string) as event_date
where '${date}' <> 'none'
union
select event_date from object_days
union
select event_date from days_to_recount
