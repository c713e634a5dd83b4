-- Of the consumer ($1) and the topic ($2): the sum of what all deliveries have written into the shop's table, less what they have
-- replaced there, and the sum of the rows that are there. The rows of a topic are as many as it has keys, so they are all read.
with deliveries as (
  select * from ledger.deliveries where (consumer, topic) = ($1, $2) and state = 'committed'
),

rows as (
  select * from shop.delivered_rows where topic = $2
)

select
  (select coalesce(sum(rows_fingerprint), 0)::text from deliveries) as written,
  (select coalesce(sum(fingerprint_now), 0)::text from rows) as there
