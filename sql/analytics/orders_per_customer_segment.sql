-- Which customers order, and how much of it all is theirs?
--
-- customer_segment: the shop's, or unknown for a customer known only by orders
-- customers: different customers who ordered
-- orders: number of orders
-- orders_per_customer: orders divided by customers
-- share_percent: of all orders
--
-- From curated.fact_orders, without credits (orders with a negative amount): the 30 days up to the newest that has orders.
with orders as (
  select * from curated.newest_orders(days => 30) where amount >= 0
),

segments as (
  select
    customer_segment,
    count(distinct customer_id) as customers,
    count(*) as orders
  from orders
  group by customer_segment
)

-- A segment is there because it has orders, so nothing is divided by zero.
select
  customer_segment,
  customers,
  orders,
  round(orders::numeric / customers, 2) as orders_per_customer,
  round(100 * orders / sum(orders) over (), 2) as share_percent
from segments
order by orders desc, customer_segment;
