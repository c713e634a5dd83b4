-- No load of the warehouse has waited longer than 26 hours to be curated: the DAG runs daily.
with loads as (
  select * from ledger.loads
),

curations as (
  select * from curated.curations
)

select delivery_id, rows, loaded_at
from loads
left join curations using (delivery_id)
where curations.delivery_id is null and loaded_at < now() - interval '26 hours'
order by loaded_at
limit 20
