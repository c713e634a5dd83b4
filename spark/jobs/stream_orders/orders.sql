-- The orders of a micro-batch, each once: the first record with an order_id counts, as in the warehouse.
-- View: records, as stream_orders.py reads them from Kafka; `problem` is null where the record is an order.
with numbered as (
  select
    *,
    row_number() over (partition by order_id order by kafka_partition, kafka_offset) as occurrence
  from records
  where problem is null
)

select
  order_id,
  customer_id,
  product_id,
  kafka_partition,
  kafka_offset,

  cast(amount as decimal(12, 0)) / 100 as amount,
  quantity,

  currency,
  category,
  country,

  created_at,
  -- The warehouse may have got another record of this order earlier.
  false as is_settled
from numbered
where occurrence = 1
