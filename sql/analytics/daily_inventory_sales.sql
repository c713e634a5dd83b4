-- How much leaves the shelves each day, online and in stores?
--
-- report_date: day in UTC
-- units_sold: pieces sold
-- total_sales: units times the price of their time, in the currency of the shop's price list
--
-- From inventory.reports: the 30 newest up to today.
with reports as (
  select *
  from inventory.reports
  where report_date <= (now() at time zone 'UTC')::date
  order by report_date desc
  limit 30
)

select
  report_date,
  units_sold,
  total_sales
from reports
order by report_date;
