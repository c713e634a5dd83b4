-- Every object of bronze/user_events, by the ledger: what a worker thought dead wrote later is in none of its rows.
select
  delivery_id,
  object_key,
  aggregations.delivery_id is null as is_new
from ledger.deliveries
left join gold.aggregations using (delivery_id)
where consumer = 'archive-user-events' and state = 'committed' and object_key is not null
