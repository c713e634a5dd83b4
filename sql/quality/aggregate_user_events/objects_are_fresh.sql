-- No bronze object has waited longer than 26 hours to be aggregated: the DAG runs daily.
with objects as (
  select *
  from ledger.deliveries
  where consumer = 'archive-user-events' and state = 'committed' and object_key is not null
),

aggregations as (
  select * from gold.aggregations
)

select delivery_id, object_key, committed_at
from objects
left join aggregations using (delivery_id)
where aggregations.delivery_id is null and committed_at < now() - interval '26 hours'
order by committed_at
limit 20
