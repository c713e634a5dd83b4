-- Orders with what the shop knows of their customers and products, by the day (UTC).
-- Views:
--   orders     order_id, customer_id, product_id, kafka_partition, kafka_offset, amount decimal(10, 2), quantity, currency, category, country,
--              created_at (ISO 8601), is_settled; without kafka_partition, kafka_offset and category if of the shop's history
--   customers  shop.customers, products  shop.products; all, or those of the orders
with enriched as (
  select
    orders.*,
    cast(orders.created_at as timestamp) as created,
    coalesce(orders.category, products.category) as known_category,
    coalesce(customers.segment, 'unknown') as customer_segment
  from orders
  left join customers using (customer_id)
  left join products using (product_id)
)

select
  order_id,
  customer_id,
  product_id,
  kafka_partition,
  kafka_offset,

  amount,
  quantity,

  currency,
  known_category as category,
  country,
  customer_segment,

  -- As text: JDBC would convert a timestamp to wall-clock time in the JVM's zone.
  cast(to_date(created) as string) as order_date,
  cast(created as string) || 'Z' as created_at,
  is_settled
from enriched
