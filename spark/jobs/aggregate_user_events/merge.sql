-- Replaces the days in gold and marks the objects as aggregated, in one transaction.
--
-- Staging: read_objects_${run} (delivery_id, object_key), object_days_${run} (delivery_id, event_date) of the new ones,
-- changed_days_${run} (event_date), daily_product_clicks_${run}, and purchases_${run} as in gold, each order once. Days and times are
-- text, ISO 8601.

-- What follows `on conflict` has no indentation in sqlfluff's eyes.
-- noqa: disable=layout.indent

-- Concurrent merges take turns.
select ledger.take_turn('aggregation');

create temporary table changed_days on commit drop as
with staged as (
  select * from staging.changed_days_${run}
)

select event_date::date as event_date from staged;

create temporary table purchases on commit drop as
with staged as (
  select * from staging.purchases_${run}
)

select
  order_id::uuid as order_id,
  occurred_at::timestamptz as occurred_at,
  kafka_partition,
  kafka_offset,
  order_date::date as order_date,
  amount,
  currency
from staged;

-- A run that has not read all objects of a day in gold would remove the counts of the others.
do $$
declare
  unread bigint;
begin
  select min(delivery_id) into unread
  from gold.aggregations
  where event_dates && array(select event_date from changed_days)
    and delivery_id not in (select delivery_id from staging.read_objects_${run});
  if unread is not null then
    raise exception 'Another run has put delivery % into gold, of a day that this run has read without it', unread
      using hint = 'Nothing was changed; run the job again.';
  end if;
end $$;

delete from gold.daily_product_clicks where event_date in (select event_date from changed_days);

insert into gold.daily_product_clicks (event_date, product_id, clicks, visitors)
with staged as (
  select * from staging.daily_product_clicks_${run}
)

select
  event_date::date,
  product_id,
  clicks,
  visitors
from staged
order by event_date, product_id;

-- An order moves to these days if they have an earlier purchase of it than another day, which is then counted again too.
create temporary table order_days on commit drop as
with present as (
  select * from gold.purchases
)

select event_date as order_date from changed_days
union
select present.order_date
from purchases
inner join present using (order_id);

delete from gold.purchases as present
where order_date in (select event_date from changed_days)
  and not exists (
    select from purchases
    where purchases.order_id = present.order_id
      and (purchases.kafka_partition, purchases.kafka_offset, purchases.amount, purchases.currency)
      = (present.kafka_partition, present.kafka_offset, present.amount, present.currency)
  );

insert into gold.purchases as present (
  order_id, occurred_at, kafka_partition, kafka_offset, order_date, amount, currency
)
select order_id, occurred_at, kafka_partition, kafka_offset, order_date, amount, currency
from purchases
on conflict (order_id) do update set
  occurred_at = excluded.occurred_at,
  kafka_partition = excluded.kafka_partition,
  kafka_offset = excluded.kafka_offset,
  order_date = excluded.order_date,
  amount = excluded.amount,
  currency = excluded.currency
where (excluded.occurred_at, excluded.kafka_partition, excluded.kafka_offset)
  < (present.occurred_at, present.kafka_partition, present.kafka_offset);

delete from gold.daily_orders where order_date in (select order_date from order_days);

insert into gold.daily_orders (order_date, currency, orders, credits, revenue)
with counted as (
  select * from gold.purchases where order_date in (select order_date from order_days)
)

select
  order_date,
  currency,
  count(*) filter (where amount >= 0),
  count(*) filter (where amount < 0),
  sum(amount)
from counted
group by order_date, currency;

insert into gold.aggregations (delivery_id, event_dates)
with staged as (
  select * from staging.object_days_${run}
)

select
  delivery_id,
  array_agg(event_date::date order by event_date)
from staged
group by delivery_id
order by delivery_id
on conflict do nothing;

delete from gold.days_to_recount where event_date in (select event_date from changed_days);
