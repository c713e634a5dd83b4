-- The orders of so many days up to the newest that has orders, which most questions of sql/analytics are about. An order with a
-- time in the future, by a sender's wrong clock, does not move the period. Each runs with the rights of whoever asks.
create function warehouse.newest_orders(days integer) returns setof warehouse.fact_orders
language sql stable parallel safe
begin atomic
  with newest as (
    select (max(created_at) at time zone 'UTC')::date as day from warehouse.fact_orders where created_at <= now()
  )

  select fact_orders.*
  from newest
  inner join warehouse.fact_orders
    on created_at >= (day + 1 - days)::timestamp at time zone 'UTC'
    and created_at < (day + 1)::timestamp at time zone 'UTC';
end;

create function curated.newest_orders(days integer) returns setof curated.fact_orders
language sql stable parallel safe
begin atomic
  with newest as (
    select max(order_date) as day from curated.fact_orders where order_date <= (now() at time zone 'UTC')::date
  )

  select fact_orders.*
  from newest
  inner join curated.fact_orders on order_date between day + 1 - days and day;
end;
