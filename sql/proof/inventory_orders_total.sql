-- How many sales inventory.orders holds.
with orders as (
  select * from inventory.orders
)

select count(*) as orders from orders
