-- Orders, credits and revenue of each currency in the warehouse and in gold: "EUR 12 1 340.50, GBP 3 0 99.00".
with orders as (
  select * from warehouse.fact_orders
),

days as (
  select * from gold.daily_orders
),

warehouse_currencies as (
  select
    currency,
    count(*) filter (where amount >= 0) as orders,
    count(*) filter (where amount < 0) as credits,
    sum(amount)::numeric(30, 2) as revenue
  from orders
  group by currency
),

gold_currencies as (
  select
    currency,
    sum(orders) as orders,
    sum(credits) as credits,
    sum(revenue)::numeric(30, 2) as revenue
  from days
  group by currency
),

warehouse_line as (
  select string_agg(format('%s %s %s %s', currency, orders, credits, revenue), ', ' order by currency) as warehouse
  from warehouse_currencies
),

gold_line as (
  select string_agg(format('%s %s %s %s', currency, orders, credits, revenue), ', ' order by currency) as gold
  from gold_currencies
)

select
  coalesce(warehouse, '') as warehouse,
  coalesce(gold, '') as gold
from warehouse_line, gold_line
