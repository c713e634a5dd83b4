-- The days to aggregate (again): the requested one, if any, and those of events in new objects, however late.
select cast(to_date(nullif('${date}', 'none')) as string) as event_date
where '${date}' <> 'none'
union
select event_date from object_days
