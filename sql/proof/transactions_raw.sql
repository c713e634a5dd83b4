-- What the ledger counted of each delivery of the consumer ($1) on the topic ($2), in the partition ($3) from the offset ($4) on, or of
-- all if these are null, and what the raw table has of it: rows at offsets of the delivery, and the fingerprint of all rows that bear
-- its id. What was written before there were ids bears none, and its delivery has no fingerprint.
with deliveries as (
  select *
  from ledger.deliveries
  where
    (consumer, topic) = ($1, $2)
    and state = 'committed'
    and ($3::integer is null or partition = $3)
    and ($4::bigint is null or int8range(first_offset, last_offset, '[]') && int8range($4, null))
),

transactions as (
  select
    delivery_id,
    partition,
    kafka_offset,
    payments.fingerprint(transactions) as fingerprint
  from payments.transactions
  where delivery_id is not null
),

transactions_before as (
  select * from ledger.placed_rows where consumer = $1 and $3 is null
),

placed_transactions as (
  select
    delivery_id,
    fingerprint,
    deliveries.partition = transactions.partition and kafka_offset between first_offset and last_offset as is_in_place
  from deliveries
  inner join transactions using (delivery_id)
  union all
  select
    delivery_id,
    null,
    is_in_place
  from transactions_before
),

stored as (
  select
    delivery_id,
    count(*) filter (where is_in_place) as stored,
    sum(fingerprint) as rows_fingerprint
  from placed_transactions
  group by delivery_id
)

select
  topic,
  partition,
  first_offset as "firstOffset",
  last_offset as "lastOffset",
  accepted,
  coalesce(stored, 0) as stored,
  coalesce(deliveries.rows_fingerprint, 0) = coalesce(stored.rows_fingerprint, 0) as "isUnchanged"
from deliveries
left join stored using (delivery_id)
