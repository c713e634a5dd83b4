-- The database enforces unique payments in both tables, and not null in every column of transactions_clean.
with tables as (
  select
    name,
    name::regclass as id
  from (values ('payments.transactions'), ('payments.transactions_clean')) as names (name)
),

-- Read from the catalogue: sorting every id each hour would only show what the index enforces.
primary_keys as (
  select indrelid as id from pg_catalog.pg_index where indisprimary and indisvalid
),

columns as (
  select
    attrelid as id,
    attname,
    attnotnull
  from pg_catalog.pg_attribute
  where attnum > 0 and not attisdropped
)

select
  name as table_name,
  'has no valid primary key' as problem
from tables
left join primary_keys using (id)
where primary_keys.id is null

union all

select
  name,
  format('%s may be null', attname)
from tables
inner join columns using (id)
where name = 'payments.transactions_clean' and not attnotnull
limit 20
