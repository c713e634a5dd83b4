-- Which products sold best on the last day that was reported, online and in stores?
--
-- report_date: day in UTC
-- rank: 1 is the product with the most units
-- product_id: the product
-- name: its name
-- units: pieces sold
-- revenue: units times the price of their time, in the currency of the shop's price list
--
-- From inventory.reports: the newest up to today.
with report as (
  select *
  from inventory.reports
  where report_date <= (now() at time zone 'UTC')::date
  order by report_date desc
  limit 1
)

select
  report_date,
  rank,
  seller ->> 'product_id' as product_id,
  seller ->> 'name' as name,
  (seller ->> 'units')::bigint as units,
  (seller ->> 'revenue')::numeric as revenue
from report, jsonb_array_elements(top_sellers) with ordinality as sellers (seller, rank)
order by rank;
