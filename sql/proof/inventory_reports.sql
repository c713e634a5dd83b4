-- Reports that aren't as report-inventory wrote them; `total` counts all of them.
with reports as (
  select
    report_date,
    fingerprint <> inventory.fingerprint(reports) as is_changed
  from inventory.reports
)

select
  report_date::text as day,
  count(*) over () as total
from reports
where is_changed
order by day
limit 50
