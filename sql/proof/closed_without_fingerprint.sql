-- Whether a delivery behind what is closed, of a consumer whose deliveries have a fingerprint of their rows, has none.
with closed as (
  select * from ledger.closed_partitions where consumer in ('store-transactions', 'update-inventory')
)

select exists(
  select
  from closed
  -- With a limit, so that the constraint's index is asked for each partition.
  cross join lateral (
    select
    from ledger.deliveries
    where
      deliveries.consumer = closed.consumer
      and deliveries.topic = closed.topic
      and deliveries.partition = closed.partition
      and state = 'committed'
      and rows_fingerprint is null
      and int8range(first_offset, last_offset, '[]') && int8range(closed.before_offset, null)
    order by deliveries.first_offset
    limit 1
  ) as behind
) as found
