-- Announcements of movements that don't say what log and stock say, or say it again; `total` counts all of them.
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
    corrected.product_id is not null as is_corrected,
    row_number() over (partition by event_id order by outbox_id) = 1 and event_id is not null as is_its_own,
    substring(encode(record_value, 'escape') from ', "quantity_on_hand" : (-?[0-9]{1,18}),')::bigint as said_quantity,
    -- What is on hand now, less what came later.
    quantity_on_hand - coalesce(
      sum(change) over (
        partition by product_id order by outbox_id desc rows between unbounded preceding and 1 preceding
      ), 0
    ) as quantity_on_hand
  from messages
  left join movements on said = substring(record_value for greatest(movement_bytes, 0))
  left join shelves using (product_id)
  left join corrected using (product_id)
),

due as (
  select
    *,
    -- Without its own announcement of each event, what came later isn't known.
    case when is_corrected or not bool_and(is_its_own) over () then said_quantity else quantity_on_hand end as quantity
  from announced
)

select
  outbox_id,
  event_id,
  count(*) over () as total
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
order by outbox_id
limit 50
