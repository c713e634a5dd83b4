-- The purchases by which orders count, by their day: how many, and the sum of the fingerprints of all that gold says of them.
with purchases as (
  select * from gold.purchases
)

select
  order_date::text as key,
  count(*) as purchases,
  sum(ledger.fingerprint(convert_to(format(
    '%s %s %s %s %s %s %s',
    order_id,
    to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    kafka_partition,
    kafka_offset,
    order_date,
    amount,
    currency
  ), 'UTF8')))::text as fingerprint
from purchases
group by order_date
