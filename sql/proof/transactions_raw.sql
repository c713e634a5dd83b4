-- What the ledger counted of each delivery of the consumer ($1) on the topic ($2), and what the raw table has of it: rows at
-- offsets of the delivery, and the fingerprint of all rows that bear its id.
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
),

stored as (
  select
    delivery_id,
    count(*) filter (
      where deliveries.partition = transactions.partition and kafka_offset between first_offset and last_offset
    ) as stored,
    sum(fingerprint) as rows_fingerprint
  from deliveries
  inner join transactions using (delivery_id)
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
