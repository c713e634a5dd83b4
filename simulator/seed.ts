/** Fills the shop's tables with what the simulator sells, as the shop's own systems would. */
import { copyInto } from '#adapters/postgres/copy.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { customerDetails } from './customers.ts';
import { historyColumns, historyRows } from './history.ts';
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

const CUSTOMERS = `
  insert into shop.customers (customer_id, name, email, country, segment, signed_up_at)
  select customer_id, name, email, country, segment, to_timestamp(signed_up_ms / 1000.0)
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    as customers (customer_id, name, email, country, segment, signed_up_ms)
  on conflict do nothing`;

/** Idempotent: existing rows stay as they are. Call it before events come, since they refer to products. */
export async function seedShop(pool: Pick<Pool, 'query'>): Promise<void> {
  const { products, suppliers, customers } = openShop();
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
  const people = customerDetails(customers);
  await pool.query(CUSTOMERS, [
    people.map(({ id }) => id),
    people.map(({ name }) => name),
    people.map(({ email }) => email),
    people.map(({ country }) => country),
    people.map(({ segment }) => segment),
    people.map(({ signedUpAt }) => signedUpAt),
  ]);
}

/** Sorted by time, so that the index on created_at stays small. */
const NEW_ORDERS = `
  insert into shop.orders (${historyColumns.join(', ')})
  select ${historyColumns.map((column) => `history.${column}`).join(', ')}
  from history
  join shop.customers using (customer_id)
  join shop.products using (product_id)
  order by history.created_at
  on conflict do nothing`;

interface SeededOrders {
  /** Orders that this call added. */
  readonly added: number;
  /** Orders in shop.orders now. */
  readonly total: number;
}

/**
 * Adds the history of a seed to shop.orders, in one transaction. Existing rows stay as they are: the same history again adds
 * nothing, a longer one adds the rest, another seed adds a history of its own.
 *
 * @param pool as a superuser
 */
export async function seedOrders(pool: Pool, seed: number, orders: number): Promise<SeededOrders> {
  await seedShop(pool);
  const added = await inTransaction(pool, async (transaction) => {
    await transaction.query('create temporary table history (like shop.orders) on commit drop');
    await copyInto(transaction, 'history', historyColumns, historyRows(seed, orders));
    // The joins ensure the foreign keys; their triggers would take more than half of the time.
    await transaction.query('set local session_replication_role = replica');
    const { rowCount } = await transaction.query(NEW_ORDERS);
    return rowCount ?? 0;
  });
  await pool.query('vacuum analyze shop.orders');
  const { rows } = await pool.query<{ total: number }>('select count(*) as total from shop.orders');
  return { added, total: rows[0]?.total ?? 0 };
}
