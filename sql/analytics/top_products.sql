-- Which products sell best?
--
-- rank: 1 is the product with the most units, in all currencies; of the same units, the most orders
-- product_id: the product
-- name: its name, or its id if the shop doesn't know it
-- category: its category
-- currency: ISO 4217 code
-- units: pieces sold in the currency, less those of credits; an order that doesn't say how many counts as one
-- orders: number of orders in the currency, without credits
-- credits: number of credits: orders with a negative amount, which give money back
-- revenue: sum of the amounts, less credits, in the currency
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
    sum(case when amount < 0 then -1 else 1 end * coalesce(quantity, 1)) as units,
    count(*) filter (where amount >= 0) as orders,
    count(*) filter (where amount < 0) as credits,
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
  credits,
  revenue
from ranks
inner join sales using (product_id)
left join products using (product_id)
where rank <= 10
order by rank, currency;
