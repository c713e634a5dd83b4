-- Replaces the days in gold and marks the objects as aggregated, in one transaction.
--
-- Staging: read_objects_${run} (delivery_id, object_key), object_days_${run} (delivery_id, event_date) of the new ones,
-- changed_days_${run} (event_date), daily_product_clicks_${run}, daily_orders_${run} as in gold. Days are text, ISO 8601.

-- Concurrent merges take turns.
select pg_advisory_xact_lock('gold.aggregations'::regclass::bigint);

-- A run that has not read all objects of a day in gold would remove the counts of the others.
do $$
declare
  unread bigint;
begin
  select min(delivery_id) into unread
  from gold.aggregations
  where event_dates && (select coalesce(array_agg(event_date::date), '{}') from staging.changed_days_${run})
    and delivery_id not in (select delivery_id from staging.read_objects_${run});
  if unread is not null then
    raise exception 'Another run has put delivery % into gold, of a day that this run has read without it', unread
      using hint = 'Nothing was changed; run the job again.';
  end if;
end $$;

delete from gold.daily_product_clicks where event_date in (select event_date::date from staging.changed_days_${run});
delete from gold.daily_orders where order_date in (select event_date::date from staging.changed_days_${run});

insert into gold.daily_product_clicks (event_date, product_id, clicks, visitors)
select event_date::date, product_id, clicks, visitors from staging.daily_product_clicks_${run}
order by event_date, product_id;

insert into gold.daily_orders (order_date, currency, orders, revenue)
select order_date::date, currency, orders, revenue from staging.daily_orders_${run}
order by order_date, currency;

insert into gold.aggregations (delivery_id, event_dates)
select delivery_id, array_agg(event_date::date order by event_date) from staging.object_days_${run}
group by delivery_id
order by delivery_id
on conflict do nothing;
