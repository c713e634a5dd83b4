-- Orders and revenue of each currency in the warehouse and in gold: "EUR 12 340.50, GBP 3 99.00".
with orders as (
  select * from warehouse.fact_orders
),

days as (
  select * from gold.daily_orders
),

warehouse_currencies as (
  select
    currency,
    count(*) as orders,
    sum(amount)::numeric(30, 2) as revenue
  from orders
  group by currency
),

gold_currencies as (
  select
    currency,
    sum(orders) as orders,
    sum(revenue)::numeric(30, 2) as revenue
  from days
  group by currency
),

warehouse_line as (
  select string_agg(format('%s %s %s', currency, orders, revenue), ', ' order by currency) as warehouse
  from warehouse_currencies
),

gold_line as (
  select string_agg(format('%s %s %s', currency, orders, revenue), ', ' order by currency) as gold
  from gold_currencies
)

select
  coalesce(warehouse, '') as warehouse,
  coalesce(gold, '') as gold
from warehouse_line, gold_line
