-- Announcements of movements that don't say what log and stock say, or say it again; `total` counts all of them. Those of deliveries
-- say what was on hand before; a message in the outbox, as version 0.1.0 put it there, also what each event did.
with messages as (
  select
    outbox_id,
    record_key,
    record_value,
    headers,
    position(convert_to(', "quantity_on_hand"', 'UTF8') in record_value) - 1 as movement_bytes
  from ledger.outbox
  where topic = 'inventory_updates'
),

announcements as (
  select * from ledger.announcements
),

events as (
  select * from inventory.events_log where status = 'processed'
),

shelves as (
  select * from inventory.inventory
),

-- The messages of the time before say what was on hand by another opening.
corrected as (
  select product_id
  from inventory.shelf_history
  group by product_id
  having count(distinct opening_quantity) > 1
),

-- No text within a JSON value has the bytes at which a message is cut: there a quote stands behind a backslash.
movements as (
  select
    *,
    convert_to(
      rtrim(json_build_object('event_id', event_id, 'product_id', product_id, 'change', change)::text, '}'), 'UTF8'
    ) as said
  from events
),

announced as (
  select
    outbox_id,
    record_key,
    record_value,
    messages.headers,
    event_id,
    product_id,
    change,
    movements.topic as source,
    processed_at,
    row_number() over (partition by event_id order by outbox_id) = 1
    and event_id is not null
    and announcement_id is null as is_its_own,
    substring(encode(record_value, 'escape') from ', "quantity_on_hand" : (-?[0-9]{1,18}),')::bigint as said_quantity
  from messages
  left join movements on said = substring(record_value for greatest(movement_bytes, 0))
  left join announcements using (delivery_id)
),

moved as (
  select
    announcement_id,
    product_id,
    count(*) as movements,
    sum(change) as change
  from announcements
  inner join events using (delivery_id)
  group by announcement_id, product_id
),

steps as (
  select
    outbox_id as number,
    product_id,
    change
  from announced
  union all
  select
    announcement_id,
    product_id,
    change
  from moved
),

-- What is on hand now, less what came later.
left_behind as (
  select
    number,
    product_id,
    corrected.product_id is not null as is_corrected,
    quantity_on_hand - coalesce(
      sum(change) over (
        partition by product_id order by number desc rows between unbounded preceding and 1 preceding
      ), 0
    ) as quantity
  from steps
  left join shelves using (product_id)
  left join corrected using (product_id)
),

due as (
  select
    announced.*,
    -- Without its own announcement of each event, what came later isn't known.
    case when is_corrected or not bool_and(is_its_own) over () then said_quantity else quantity end as quantity
  from announced
  left join left_behind on outbox_id = number and announced.product_id = left_behind.product_id
),

wrong_messages as (
  select
    outbox_id as number,
    event_id,
    null as product_id
  from due
  where
    not is_its_own
    or headers <> '[]'
    or (record_key, record_value) is distinct from (
      convert_to(product_id, 'UTF8'),
      convert_to(
        json_build_object(
          'event_id', event_id,
          'product_id', product_id,
          'change', change,
          'quantity_on_hand', quantity,
          'source', source,
          'oversold', quantity < 0,
          'processed_at', to_char(processed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        )::text, 'UTF8'
      )
    )
),

said as (
  select
    announcement_id,
    product_id,
    quantity
  from announcements
  cross join lateral jsonb_each_text(on_hand) as each (product_id, quantity)
),

found as (
  select
    announcement_id,
    product_id,
    is_corrected,
    (quantity - change)::text as quantity
  from moved
  inner join left_behind using (product_id)
  where number = announcement_id
),

wrong_products as (
  select
    announcement_id,
    null as event_id,
    product_id
  from said
  full join found using (announcement_id, product_id)
  where (is_corrected is not true or said.quantity is null) and said.quantity is distinct from found.quantity
),

counted as (
  select
    announcement_id,
    sum(movements) as movements
  from moved
  group by announcement_id
),

wrong_counts as (
  select
    announcement_id,
    null as event_id,
    null as product_id
  from announcements
  left join counted using (announcement_id)
  where announcements.movements is distinct from counted.movements
),

wrong as (
  select * from wrong_messages
  union all
  select * from wrong_products
  union all
  select * from wrong_counts
)

select
  number,
  event_id,
  product_id,
  count(*) over () as total
from wrong
order by number, event_id, product_id
limit 50
