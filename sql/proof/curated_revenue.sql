-- Orders and revenue of each currency as they are curated and as their sources say: "EUR 12 340.50, GBP 3 99.00".
with source as (
  select * from curated.sources
),

curated as (
  select * from curated.fact_orders
),

source_currencies as (
  select
    currency,
    count(*) as orders,
    sum(amount)::numeric(30, 2) as revenue
  from source
  group by currency
),

curated_currencies as (
  select
    currency,
    count(*) as orders,
    sum(amount)::numeric(30, 2) as revenue
  from curated
  group by currency
),

source_line as (
  select string_agg(format('%s %s %s', currency, orders, revenue), ', ' order by currency) as source
  from source_currencies
),

curated_line as (
  select string_agg(format('%s %s %s', currency, orders, revenue), ', ' order by currency) as curated
  from curated_currencies
)

select
  coalesce(source, '') as source,
  coalesce(curated, '') as curated
from source_line, curated_line
