/** What tests of dead letters share: a sale, its product, and what a page of the list reads. */
import type { Pool } from '#adapters/postgres/index.ts';
import type { LetterFilter } from '#operations/letters/filter.ts';
import { listLetters, type PageOptions } from '#operations/letters/list.ts';

/** Of a product that no shop has, unless a test stocks it. */
export const sale = {
  event_id: 'e1',
  order_id: 'o1',
  store_id: 'berlin',
  product_id: 'p-977',
  quantity: 2,
  timestamp: '2026-01-02T03:04:05Z',
};

/** Puts nine of each product on the shelf. */
export async function stock(pool: Pool, ...products: readonly string[]): Promise<void> {
  await pool.query(
    `insert into shop.products (product_id, name, category, price) select id, id, 'books', 1 from unnest($1::text[]) as id`,
    [products],
  );
  await pool.query(
    'insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) select id, 9, 9 from unnest($1::text[]) as id',
    [products],
  );
}

/** Blocks of 8 KB that are read for a page of the list. */
export async function blocksOfPage(pool: Pool, filter: LetterFilter, page: PageOptions): Promise<number> {
  let blocks = 0;
  async function explained(sql: string, parameters: readonly unknown[]) {
    const { rows } = await pool.query(`explain (analyze, buffers, format json) ${sql}`, [...parameters]);
    const plan = rows[0]['QUERY PLAN'][0].Plan;
    blocks += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
    return { rows: [] };
  }
  await listLetters({ pool: { query: explained } as unknown as Pool }, filter, page);
  return blocks;
}
