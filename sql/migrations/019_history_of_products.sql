-- What a report takes from outside the log of events, as it was at each time. A report that is built again then has the price of
-- the time of the sale, and the names and shelves of the end of its day, not today's.

create table shop.product_history (
  product_id  varchar(50)    not null,
  valid_from  timestamptz    not null,
  name        text           not null,
  price       numeric(10, 2) not null,
  primary key (product_id, valid_from)
);

comment on table shop.product_history is
  'Every name and price of shop.products, kept by a trigger. Before its first row a product had that row''s name and price.';

create table inventory.shelf_history (
  product_id           varchar(50) not null,
  valid_from           timestamptz not null,
  opening_quantity     bigint,
  low_stock_threshold  bigint,
  primary key (product_id, valid_from)
);

comment on table inventory.shelf_history is
  'Every opening and threshold of inventory.inventory, kept by a trigger; null from when the product was removed there.';

-- The time of a row is the clock's at the end of its transaction, so that no report of an ended day misses a price that its later
-- build would find; and later than that of the row before, even if the clock was set back.
create function shop.keep_product_history() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if (new.product_id, new.name, new.price) is distinct from (old.product_id, old.name, old.price) then
    insert into shop.product_history (product_id, valid_from, name, price)
    select
      new.product_id,
      greatest(clock_timestamp(), max(valid_from) + interval '1 microsecond'),
      new.name,
      new.price
    from shop.product_history
    where product_id = new.product_id;
  end if;
  return null;
end $$;

create function inventory.keep_shelf_history() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if (new.product_id, new.opening_quantity, new.low_stock_threshold)
    is distinct from (old.product_id, old.opening_quantity, old.low_stock_threshold)
  then
    insert into inventory.shelf_history (product_id, valid_from, opening_quantity, low_stock_threshold)
    select
      coalesce(new.product_id, old.product_id),
      greatest(clock_timestamp(), max(valid_from) + interval '1 microsecond'),
      new.opening_quantity,
      new.low_stock_threshold
    from inventory.shelf_history
    where product_id = coalesce(new.product_id, old.product_id);
  end if;
  return null;
end $$;

create constraint trigger keep_history after insert or update on shop.products
deferrable initially deferred
for each row execute function shop.keep_product_history();

-- Not for each movement of stock.
create constraint trigger keep_history
after insert or delete or update of product_id, opening_quantity, low_stock_threshold on inventory.inventory
deferrable initially deferred
for each row execute function inventory.keep_shelf_history();

-- Also for rows that come by logical replication, where other triggers don't fire.
alter table shop.products enable always trigger keep_history;
alter table inventory.inventory enable always trigger keep_history;

insert into shop.product_history (product_id, valid_from, name, price)
select product_id, '-infinity', name, price from shop.products;

insert into inventory.shelf_history (product_id, valid_from, opening_quantity, low_stock_threshold)
select product_id, '-infinity', opening_quantity, low_stock_threshold from inventory.inventory;

grant select on shop.product_history, inventory.shelf_history to report_inventory;
