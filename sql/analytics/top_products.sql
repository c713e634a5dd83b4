-- Which products sell best?
--
-- rank: 1 is the product with the most units, in all currencies; of the same units, the most orders
-- product_id: the product
-- name: its name, or its id if the shop doesn't know it
-- category: its category
-- currency: ISO 4217 code
-- units: pieces sold in the currency; an order that doesn't say how many counts as one
-- orders: number of orders in the currency
-- revenue: sum of their amounts, in the currency
--
-- From curated.fact_orders and curated.dim_products: ten products, over the 30 days up to the newest that has orders.
with orders as (
  select *
  from curated.newest_orders(days => 30)
  where product_id is not null
),

products as (
  select * from curated.dim_products
),

sales as (
  select
    product_id,
    currency,
    sum(coalesce(quantity, 1)) as units,
    count(*) as orders,
    sum(amount) as revenue
  from orders
  group by product_id, currency
),

ranks as (
  select
    product_id,
    row_number() over (order by sum(units) desc, sum(orders) desc, product_id collate "C") as rank
  from sales
  group by product_id
)

select
  rank,
  product_id,
  coalesce(name, product_id) as name,
  category,
  currency,
  units,
  orders,
  revenue
from ranks
inner join sales using (product_id)
left join products using (product_id)
where rank <= 10
order by rank, currency;
