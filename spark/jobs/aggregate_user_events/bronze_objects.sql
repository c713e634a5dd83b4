-- Every object of bronze/user_events that the ledger has. Objects that an abandoned worker wrote later are not in it.
select
  delivery_id,
  object_key,
  aggregations.delivery_id is null as is_new
from ledger.deliveries
left join gold.aggregations using (delivery_id)
where consumer = 'archive-user-events' and state = 'committed' and object_key is not null
