-- What the ledger counted of each delivery of the consumer ($1) on the topic ($2), in the partition ($3) from the offset ($4) on, or of
-- all if these are null, and what the stream's table has of it: rows at offsets of the delivery, and the fingerprint of all rows that
-- bear its id. If the lake has the records too, the delivery's load into the table says how many are rows. For described.records stands
-- the table of the stream, for described.fingerprint the function of its schema.
with deliveries as (
  select *
  from ledger.deliveries
  where
    (consumer, topic) = ($1, $2)
    and state = 'committed'
    and ($3::integer is null or partition = $3)
    and ($4::bigint is null or int8range(first_offset, last_offset, '[]') && int8range($4, null))
),

table_loads as (
  select * from ledger.table_loads
),

records as (
  select
    delivery_id,
    partition,
    kafka_offset,
    described.fingerprint(records) as fingerprint
  from described.records as records
),

stored as (
  select
    delivery_id,
    count(*) filter (
      where deliveries.partition = records.partition and kafka_offset between first_offset and last_offset
    ) as stored,
    sum(fingerprint) as rows_fingerprint
  from deliveries
  inner join records using (delivery_id)
  group by delivery_id
)

select
  topic,
  partition,
  first_offset as "firstOffset",
  last_offset as "lastOffset",
  coalesce(table_loads.inserted, accepted) as accepted,
  coalesce(stored, 0) as stored,
  coalesce(deliveries.rows_fingerprint, 0) = coalesce(stored.rows_fingerprint, 0) as "isUnchanged"
from deliveries
left join table_loads using (delivery_id)
left join stored using (delivery_id)
