-- The shop's operational tables. The shop's own systems fill them; locally the simulator does.

create schema shop;

create table shop.products (
  product_id  varchar(50)    primary key,
  name        text           not null,
  category    varchar(50)    not null,
  price       numeric(10, 2) not null
);

create table shop.suppliers (
  supplier_id  varchar(50) primary key,
  name         text        not null,
  contact      text        not null
);
