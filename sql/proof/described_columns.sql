-- The columns that a table ($1) has; none if there is no such table.
with attributes as (
  select *
  from pg_attribute
  where attrelid = to_regclass($1) and attnum > 0 and not attisdropped
)

select
  attname as name,
  format_type(atttypid, atttypmod) as type,
  not attnotnull as nullable
from attributes
order by attnum
