/** The simulator fills the shop's tables. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { createExpectation } from '#simulator/expectation.ts';
import { seedOrders, seedShop } from '#simulator/seed.ts';
import { openShop } from '#simulator/shop.ts';
import { freshDatabase } from '../support/stores.ts';

let pool: Pool;
beforeAll(async () => {
  pool = await freshDatabase();
});
afterAll(() => pool?.end());

it('fills products, suppliers, shelves and customers, and changes no existing row', async () => {
  await seedShop(pool);
  const { products, suppliers } = openShop();
  const stock = await pool.query<{ product_id: string; quantity_on_hand: number }>(
    'select product_id, quantity_on_hand from inventory.inventory where quantity_on_hand = opening_quantity',
  );
  const rows = stock.rows.map(({ product_id, quantity_on_hand }) => [product_id, quantity_on_hand] as const);
  expect(new Map(rows)).toEqual(createExpectation().stock());
  const prices = await pool.query<{ cents: number }>('select (sum(price) * 100)::bigint as cents from shop.products');
  expect(prices.rows).toEqual([{ cents: products.reduce((sum, { cents }) => sum + cents, 0) }]);

  await pool.query('update inventory.inventory set quantity_on_hand = -1');
  await pool.query("update shop.products set name = 'renamed'");
  await pool.query("update shop.customers set segment = 'moved'");
  await seedShop(pool);
  const { rows: after } = await pool.query(
    `select count(*) as products, min(name) as name, max(quantity_on_hand) as quantity,
       (select count(*) from shop.suppliers) as suppliers,
       (select array_agg(distinct segment) from shop.customers) as segments,
       (select count(*) from shop.customers) as customers
     from shop.products join inventory.inventory using (product_id)`,
  );
  expect(after).toEqual([
    {
      products: products.length,
      name: 'renamed',
      quantity: -1,
      suppliers: suppliers.length,
      segments: ['moved'],
      customers: 5_000,
    },
  ]);
});

it('adds a history of orders once: a repeat adds nothing, a longer one the rest, another seed its own orders', async () => {
  const fingerprint = async (of: Pool) => {
    const { rows } = await of.query(
      "select md5(string_agg(orders::text, '|' order by order_id)) as md5, count(*) as orders from shop.orders",
    );
    return rows[0];
  };
  expect(await seedOrders(pool, 1, 12_000)).toEqual({ added: 12_000, total: 12_000 });
  const first = await fingerprint(pool);
  expect(await seedOrders(pool, 1, 12_000)).toEqual({ added: 0, total: 12_000 });
  expect(await seedOrders(pool, 1, 5_000)).toEqual({ added: 0, total: 12_000 });
  expect(await fingerprint(pool)).toEqual(first);
  // Another database gets the same orders.
  const other = await freshDatabase();
  await seedOrders(other, 1, 12_000);
  expect(await fingerprint(other)).toEqual(first);
  await other.end();

  expect(await seedOrders(pool, 1, 13_000)).toEqual({ added: 1_000, total: 13_000 });
  expect(await seedOrders(pool, 2, 2_000)).toEqual({ added: 2_000, total: 15_000 });
  const stray = await pool.query(
    `select from shop.orders
     left join shop.customers using (customer_id)
     left join shop.products using (product_id)
     where customers.country is null or price is null or orders.country <> customers.country or created_at < signed_up_at`,
  );
  expect(stray.rowCount).toBe(0);
});
