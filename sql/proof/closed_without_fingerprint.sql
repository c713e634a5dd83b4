-- Whether a delivery behind what is closed, of a consumer whose deliveries have a fingerprint of their rows, has none.
with closed as (
  select * from ledger.closed_partitions where consumer in ('store-transactions', 'update-inventory')
),

deliveries as (
  select * from ledger.deliveries where state = 'committed' and rows_fingerprint is null
),

deliveries_behind as (
  select deliveries.delivery_id
  from closed
  inner join deliveries using (consumer, topic, partition)
  where int8range(first_offset, last_offset, '[]') && int8range(before_offset, null)
)

select count(*) > 0 as found from deliveries_behind
