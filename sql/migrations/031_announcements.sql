-- What moved the stock is announced from the log of events itself: for each delivery one row says what was on hand before it, and the
-- relay makes the messages of the log's rows. A second copy of each message, in the outbox, cost more than the stock.

create table ledger.announcements (
  -- The outbox's numbers, so that the relay keeps the order of both: update-inventory of the version before, which may still run, puts
  -- its messages there. A number is taken once the delivery has locked its products, so the numbers of a product are in the order
  -- in which its stock moved.
  announcement_id  bigint       primary key default nextval('ledger.outbox_outbox_id_seq'),
  -- Deferred, since a delivery is inserted after its effects.
  delivery_id      bigint       not null unique references ledger.deliveries deferrable initially deferred,
  movements        bigint       not null check (movements > 0),
  on_hand          jsonb        not null check (jsonb_typeof(on_hand) = 'object'),
  created_at       timestamptz  not null default clock_timestamp(),
  sent_at          timestamptz,
  sent_hour        bigint       not null default 0
);

comment on table ledger.announcements is
  'Deliveries that moved stock: each stands for a message of topic inventory_updates for each of its processed events.';
comment on column ledger.announcements.movements is 'How many messages it stands for.';
comment on column ledger.announcements.on_hand is 'Product → its stock before the delivery.';
comment on column ledger.announcements.sent_hour is 'The ledger.relay_hours in which it was marked as sent.';

create index announcements_unsent on ledger.announcements (announcement_id) where sent_at is null;
create index announcements_sent on ledger.announcements (sent_hour, announcement_id) where sent_at is not null;

-- As many rows as deliveries, each updated once and removed after a week.
alter table ledger.announcements set (autovacuum_vacuum_scale_factor = 0.02);

-- Whatever waits for Kafka.
create view ledger.waiting with (security_invoker = true) as
select
  outbox_id,
  topic,
  created_at,
  dead_letter_id,
  null::bigint as delivery_id,
  1::bigint as messages
from ledger.outbox
where sent_at is null
union all
select
  announcement_id,
  'inventory_updates',
  created_at,
  null,
  delivery_id,
  movements
from ledger.announcements
where sent_at is null;

comment on view ledger.waiting is 'Rows of ledger.outbox and ledger.announcements that are not sent, with the messages they stand for.';

grant insert on ledger.announcements to update_inventory;
grant usage on sequence ledger.outbox_outbox_id_seq to update_inventory;
grant usage on schema inventory to relay_outbox;
grant select on inventory.events_log to relay_outbox;
grant select, update (sent_at, sent_hour), delete on ledger.announcements to relay_outbox;
grant select on ledger.waiting to relay_outbox;
grant select on ledger.announcements, ledger.waiting to prove;
