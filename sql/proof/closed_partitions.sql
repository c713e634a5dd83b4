-- The deliveries of each partition that are closed, in sum: none before its first offset, if nothing is.
with partitions as (
  select * from ledger.partitions
),

closed as (
  select * from ledger.closed_partitions
)

select
  consumer,
  topic,
  partition,
  partitions.consumer is not null as "isKnown",
  coalesce(before_offset, start_offset) as "beforeOffset",
  coalesce(taken_before, start_offset) as "takenBefore",
  coalesce(deliveries, 0) as deliveries,
  coalesce(records, 0) as records,
  coalesce(accepted, 0) as accepted,
  coalesce(duplicates, 0) as duplicates,
  coalesce(dead_letters, 0) as "deadLetters",
  coalesce(inserted, 0) as inserted,
  coalesce(repeats, 0) as repeats,
  coalesce(conflicts, 0) as conflicts,
  coalesce(fingerprint, 0)::text as fingerprint
from partitions
full join closed using (consumer, topic, partition)
order by consumer, topic, partition
