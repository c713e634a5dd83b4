-- A field that orders got later is filled into rows from before (load-orders, {"action": "backfill"}). The right to update its column comes with
-- the column's own migration (npx tillstream add-field).
create table ledger.backfills (
  delivery_id  bigint       not null references ledger.deliveries,
  field        text         not null,
  filled       bigint       not null,
  filled_by    text         not null,
  filled_at    timestamptz  not null default now(),
  primary key (delivery_id, field)
);

comment on table ledger.backfills is 'Rows of a delivery whose field, which the event got later, was filled in from its object.';
comment on column ledger.backfills.filled is 'How many rows.';
comment on column ledger.backfills.filled_by is 'Who asked for it, the last time.';

grant select, insert, update on ledger.backfills to load_orders;
grant select on ledger.backfills to console;
-- Closed ranges are opened again, since their fingerprints are others then.
grant select, update (closed_at, closings) on ledger.closing to load_orders;
