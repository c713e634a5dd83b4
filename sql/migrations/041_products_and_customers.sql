-- Products and customers that come by the topics `products` and `customers`: each row bears the record that says how it is, and a
-- fingerprint. A record replaces what the one before said, so the rows of a delivery don't stay; but what it wrote, less what it replaced,
-- is kept with it, and adds up to the rows that are there. Rows that the shop writes into the tables itself bear nothing of this.

alter table shop.products
  add column is_gone boolean not null default false,
  add column partition integer,
  add column kafka_offset bigint,
  add column delivery_id bigint,
  add column fingerprint bigint;

alter table shop.customers
  add column is_gone boolean not null default false,
  add column partition integer,
  add column kafka_offset bigint,
  add column delivery_id bigint,
  add column fingerprint bigint;

comment on column shop.products.is_gone is
  'The shop no longer has it. The row stays, since sales, reports and stock speak of it, and what is left is still sold.';
comment on column shop.products.kafka_offset is
  'Where on topic products the record is that says how it is now; null if it didn''t come by the topic.';
comment on column shop.products.fingerprint is 'Of the other columns, as update-shop wrote them; null if it didn''t come by the topic.';
comment on column shop.customers.is_gone is 'The shop no longer has the customer: name and email are empty, and orders keep the id.';
comment on column shop.customers.kafka_offset is
  'Where on topic customers the record is that says how the customer is now; null if the row didn''t come by the topic.';
comment on column shop.customers.fingerprint is 'Of the other columns, as update-shop wrote them; null if the row didn''t come by the topic.';
comment on column ledger.deliveries.rows_fingerprint is
  'Sum of the fingerprints of the rows that it put into tables, as they were written, less those of the rows that it replaced; '
  'null if nobody knows.';

create function shop.fingerprint(product shop.products) returns bigint
language sql immutable parallel safe
return hash_numeric_extended(
  hash_record_extended(
    row(
      (product).product_id,
      (product).name,
      (product).category,
      (product).price,
      (product).is_gone,
      (product).partition,
      (product).kafka_offset,
      (product).delivery_id
    ),
    0
  )::numeric,
  0
);

create function shop.fingerprint(customer shop.customers) returns bigint
language sql immutable parallel safe
return hash_numeric_extended(
  hash_record_extended(
    row(
      (customer).customer_id,
      (customer).name,
      (customer).email,
      (customer).country,
      (customer).segment,
      (customer).signed_up_at,
      (customer).is_gone,
      (customer).partition,
      (customer).kafka_offset,
      (customer).delivery_id
    ),
    0
  )::numeric,
  0
);

create function shop.fingerprint_product() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  new.fingerprint = shop.fingerprint(new);
  return new;
end $$;

create function shop.fingerprint_customer() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  new.fingerprint = shop.fingerprint(new);
  return new;
end $$;

-- Whatever is changed without a record is left for the proof to find.
create trigger fingerprint_inserted before insert on shop.products
for each row when (new.delivery_id is not null) execute function shop.fingerprint_product();

create trigger fingerprint_updated before update on shop.products
for each row when (new.delivery_id is distinct from old.delivery_id) execute function shop.fingerprint_product();

create trigger fingerprint_inserted before insert on shop.customers
for each row when (new.delivery_id is not null) execute function shop.fingerprint_customer();

create trigger fingerprint_updated before update on shop.customers
for each row when (new.delivery_id is distinct from old.delivery_id) execute function shop.fingerprint_customer();

create view shop.delivered_rows with (security_invoker = true) as
select
  'products' as topic,
  partition,
  kafka_offset,
  delivery_id,
  fingerprint,
  shop.fingerprint(products) as fingerprint_now
from shop.products
where delivery_id is not null
union all
select
  'customers',
  partition,
  kafka_offset,
  delivery_id,
  fingerprint,
  shop.fingerprint(customers)
from shop.customers
where delivery_id is not null;

comment on view shop.delivered_rows is 'Rows that came by a topic, with the fingerprint that they were written with, and the one that they have.';

do $$
begin
  if not exists (select from pg_roles where rolname = 'update_shop') then
    create role update_shop;
  end if;
end $$;

grant usage on schema ledger, shop, inventory to update_shop;
grant select, insert, update on ledger.partitions, ledger.deliveries to update_shop;
grant select, insert on ledger.dead_letters, ledger.losses, ledger.outbox, ledger.delivery_ids to update_shop;
grant usage on sequence ledger.deliveries_delivery_id_seq to update_shop;
grant select, insert, update on shop.products, shop.customers to update_shop;
-- A new product has a shelf, on which nothing is.
grant select, insert, update (low_stock_threshold) on inventory.inventory to update_shop;

grant select on shop.delivered_rows to prove;
grant execute on function shop.fingerprint(shop.products), shop.fingerprint(shop.customers) to update_shop, prove;
