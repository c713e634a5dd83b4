-- The days to aggregate (again): the one asked for, if one was, and those that the new objects have events of, however late.
select cast(to_date(nullif('${date}', 'none')) as string) as event_date
where '${date}' <> 'none'
union
select event_date from object_days
