-- What the ledger counted of each delivery of the consumer ($1) on the topic ($2), and what the raw table has of it.
with deliveries as not materialized (
  select * from ledger.deliveries where consumer = $1 and topic = $2 and state = 'committed'
),

transactions as (
  select * from payments.transactions
),

stored as (
  select
    delivery_id,
    count(*) as stored
  from deliveries
  inner join transactions
    on deliveries.partition = transactions.partition
    and kafka_offset between first_offset and last_offset
  group by delivery_id
)

select
  topic,
  partition,
  first_offset as "firstOffset",
  last_offset as "lastOffset",
  accepted,
  coalesce(stored, 0) as stored
from deliveries
left join stored using (delivery_id)
