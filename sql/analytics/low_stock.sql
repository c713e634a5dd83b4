-- Which products run out?
--
-- product_id: the product
-- name: its name
-- stock: pieces left now; below zero if more was sold than was there
-- threshold: pieces below which the product is low on stock
-- is_oversold: whether stock is below zero
-- last_updated: when its stock last changed, in UTC
--
-- From inventory.inventory and shop.products: the stock as it is now.
with stock as (
  select * from inventory.inventory
),

products as (
  select * from shop.products
),

shortages as (
  select
    product_id,
    products.name,
    quantity_on_hand as stock,
    low_stock_threshold as threshold,
    quantity_on_hand < 0 as is_oversold,
    last_updated at time zone 'UTC' as last_updated
  from stock
  inner join products using (product_id)
  where quantity_on_hand < low_stock_threshold
)

select *
from shortages
order by stock, product_id collate "C";
