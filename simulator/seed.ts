/** Fills the shop's tables with what the simulator sells, as the shop's own systems would. */
import type { Pool } from '#adapters/postgres.ts';
import { openShop } from './shop.ts';

const PRODUCTS = `
  insert into shop.products (product_id, name, category, price)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::numeric[])
  on conflict do nothing`;

const SUPPLIERS = `
  insert into shop.suppliers (supplier_id, name, contact)
  select * from unnest($1::text[], $2::text[], $3::text[])
  on conflict do nothing`;

const INVENTORY = `
  insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand, low_stock_threshold)
  select product_id, opening, opening, threshold
  from unnest($1::text[], $2::bigint[], $3::bigint[]) as shelves (product_id, opening, threshold)
  on conflict do nothing`;

/** What is there already stays as it is, so it can be called at any time. Events of a product need it to be there. */
export async function seedShop(pool: Pick<Pool, 'query'>): Promise<void> {
  const { products, suppliers } = openShop();
  const ids = products.map(({ id }) => id);
  await pool.query(PRODUCTS, [
    ids,
    products.map(({ name }) => name),
    products.map(({ category }) => category),
    products.map(({ cents }) => (cents / 100).toFixed(2)),
  ]);
  await pool.query(SUPPLIERS, [
    suppliers.map(({ id }) => id),
    suppliers.map(({ name }) => name),
    suppliers.map(({ contact }) => contact),
  ]);
  await pool.query(INVENTORY, [
    ids,
    products.map(({ opening }) => opening),
    products.map(({ threshold }) => threshold),
  ]);
}
