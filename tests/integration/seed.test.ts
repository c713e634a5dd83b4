/** The shop's tables as the simulator fills them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres.ts';
import { createExpectation } from '#simulator/expectation.ts';
import { seedShop } from '#simulator/seed.ts';
import { openShop } from '#simulator/shop.ts';
import { freshDatabase } from '../support/stores.ts';

let pool: Pool;
beforeAll(async () => {
  pool = await freshDatabase();
});
afterAll(() => pool?.end());

it('fills products, suppliers and shelves, and changes nothing that is there', async () => {
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
  await seedShop(pool);
  const { rows: after } = await pool.query(
    `select count(*) as products, min(name) as name, max(quantity_on_hand) as quantity,
       (select count(*) from shop.suppliers) as suppliers
     from shop.products join inventory.inventory using (product_id)`,
  );
  expect(after).toEqual([{ products: products.length, name: 'renamed', quantity: -1, suppliers: suppliers.length }]);
});
