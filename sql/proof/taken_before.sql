-- The first offset, from one ($4) on, of the consumer ($1) on the topic ($2) in the partition ($3), of which a daily job of Spark has yet
-- to take the delivery; null if none waits.
with deliveries as (
  select *
  from ledger.deliveries
  where
    (consumer, topic, partition) = ($1, $2, $3)
    and state = 'committed'
    and object_key is not null
    and int8range(first_offset, last_offset, '[]') && int8range($4, null)
),

taken as (
  select delivery_id from gold.aggregations
  union all
  select delivery_id from curated.curations
)

select min(first_offset) as waiting
from deliveries
left join taken using (delivery_id)
where taken.delivery_id is null
