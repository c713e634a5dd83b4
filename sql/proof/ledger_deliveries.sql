-- Committed deliveries of the consumer ($1) on the topic ($2), in the partition ($3) from the offset ($4) on, or all if these are null,
-- with the count of their dead letters, and with their load into the warehouse, or into the stream's table, if there was one.
with deliveries as (
  select
    *,
    ledger.delivery_fingerprint(deliveries)::numeric as fingerprint
  from ledger.deliveries
  where
    (consumer, topic) = ($1, $2)
    and state = 'committed'
    and ($3::integer is null or partition = $3)
    -- As the index of the constraint has it.
    and ($4::bigint is null or int8range(first_offset, last_offset, '[]') && int8range($4, null))
),

dead_letters as (
  select * from ledger.dead_letters where delivery_id in (select delivery_id from deliveries)
),

loads as (
  select
    *,
    ledger.load_fingerprint(loads) as fingerprint
  from ledger.loads
),

-- Amounts and fingerprint of what these loaded are compared by those of their delivery (described_rows.sql).
table_loads as (
  select
    *,
    ledger.table_load_fingerprint(table_loads) as fingerprint
  from ledger.table_loads
),

-- A conflict that a load found counts as accepted, since the object has it: load-orders writes its letter, or, of a stream with a table,
-- the delivery's consumer, which refuses nothing else that can be read.
letters as (
  select
    delivery_id,
    count(*) filter (
      where dead_letters.consumer = $1 and not (object_key is not null and reason = 'conflict')
    ) as dead_letters,
    count(*) filter (
      where
      dead_letters.consumer = 'load-orders'
      or (dead_letters.consumer = $1 and object_key is not null and reason = 'conflict')
    ) as conflict_letters
  from dead_letters
  inner join deliveries using (delivery_id)
  group by delivery_id
)

select
  deliveries.delivery_id as "deliveryId",
  deliveries.topic,
  deliveries.partition,
  deliveries.first_offset as "firstOffset",
  deliveries.last_offset as "lastOffset",
  deliveries.records,
  deliveries.accepted,
  deliveries.duplicates,
  deliveries.rejected,
  coalesce(letters.dead_letters, 0) as "deadLetters",
  deliveries.object_key as "objectKey",
  (extract(epoch from deliveries.committed_at) * 1000)::float8 as "committedAt",
  (extract(epoch from deliveries.first_timestamp) * 1000)::bigint as "firstTimestamp",
  (extract(epoch from deliveries.last_timestamp) * 1000)::bigint as "lastTimestamp",
  deliveries.object_sha256 as "objectSha256",
  deliveries.object_bytes as "objectBytes",
  deliveries.source_sha256 as "sourceSha256",
  coalesce(deliveries.amount, 0)::numeric(30, 2)::text as amount,
  (deliveries.fingerprint + coalesce(loads.fingerprint, table_loads.fingerprint, 0))::text as fingerprint,
  case
    when coalesce(loads.delivery_id, table_loads.delivery_id) is not null
      then jsonb_build_object(
          'rows', coalesce(loads.rows, table_loads.rows),
          'inserted', coalesce(loads.inserted, table_loads.inserted),
          'duplicates', coalesce(loads.duplicates, table_loads.duplicates),
          'conflicts', coalesce(loads.conflicts, table_loads.conflicts),
          'insertedAmount', coalesce(loads.inserted_amount, 0)::numeric(30, 2)::text,
          'repeatedAmount', coalesce(loads.repeated_amount, 0)::numeric(30, 2)::text,
          'conflictLetters', coalesce(letters.conflict_letters, 0),
          'rowsFingerprint', loads.rows_fingerprint::text
        )
  end as load
from deliveries
left join letters using (delivery_id)
left join loads using (delivery_id)
left join table_loads using (delivery_id)
order by deliveries.partition, deliveries.first_offset
