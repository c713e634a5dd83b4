-- What the ledger counted of each delivery of the consumer ($1) on the topic ($2), and what the raw table has of it: rows at
-- offsets of the delivery, and the fingerprint of all rows that bear its id. What was written before there were ids bears none, and
-- its delivery has no fingerprint.
with deliveries as (
  select * from ledger.deliveries where consumer = $1 and topic = $2 and state = 'committed'
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
  select * from payments.transactions where delivery_id is null
),

deliveries_before as (
  select * from deliveries where rows_fingerprint is null
),

places as (
  select
    partition,
    kafka_offset,
    null as range
  from transactions_before
  union all
  select
    partition,
    first_offset,
    array[first_offset, last_offset, delivery_id]
  from deliveries_before
),

-- Ranges don't overlap, so a row can only lie in the one that begins last before it. No join:
-- PostgreSQL can't tell how many rows there are here, and might compare each with every range of its partition.
places_in_order as (
  select
    partition,
    kafka_offset,
    range is null as is_row,
    max(range) over (partition by partition order by kafka_offset) as range_before
  from places
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
    range_before[3],
    null,
    kafka_offset <= range_before[2]
  from places_in_order
  where is_row
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
