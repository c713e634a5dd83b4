-- Which products run out?
--
-- report_date: day in UTC, at whose end this was so
-- product_id: the product
-- name: its name
-- stock: pieces left; below zero if more was sold than was there
-- threshold: pieces below which the product is low on stock
-- is_oversold: whether stock is below zero
--
-- From inventory.reports: the newest.
with report as (
  select * from inventory.reports order by report_date desc limit 1
),

shortages as (
  select
    report_date,
    shortage ->> 'product_id' as product_id,
    shortage ->> 'name' as name,
    (shortage ->> 'stock')::bigint as stock,
    (shortage ->> 'threshold')::bigint as threshold
  from report, jsonb_array_elements(low_stock) as shortages (shortage)
)

select
  *,
  stock < 0 as is_oversold
from shortages
order by stock, product_id collate "C";
