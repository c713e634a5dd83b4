-- Migration 041 has made a trigger function for each of the shop's tables, with one body: shop.fingerprint is chosen by the row's type, and
-- plpgsql keeps a plan for each table.

create function shop.write_fingerprint() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  new.fingerprint = shop.fingerprint(new);
  return new;
end $$;

create or replace trigger fingerprint_inserted before insert on shop.products
for each row when (new.delivery_id is not null) execute function shop.write_fingerprint();

create or replace trigger fingerprint_updated before update on shop.products
for each row when (new.delivery_id is distinct from old.delivery_id) execute function shop.write_fingerprint();

create or replace trigger fingerprint_inserted before insert on shop.customers
for each row when (new.delivery_id is not null) execute function shop.write_fingerprint();

create or replace trigger fingerprint_updated before update on shop.customers
for each row when (new.delivery_id is distinct from old.delivery_id) execute function shop.write_fingerprint();

drop function shop.fingerprint_product(), shop.fingerprint_customer();
