/** The stock as commands and the page show it: the sum, every movement once with what was left, and levels of few points. */
import { beforeAll, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { storedReport } from '#operations/report.ts';
import { listMovements, type ProductMovement } from '#operations/stock/movements.ts';
import { lookAtProduct, MOST_POINTS } from '#operations/stock/product.ts';
import { listProducts } from '#operations/stock/products.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

/** Two thirds sales, three movements at each time, once a dip below zero that is over at once. */
const MOVEMENTS = 6_000;
const OPENING = 100;

let pool: Pool;
let backbone: { pool: Pool };

beforeAll(async () => {
  pool = await freshDatabase();
  const page = await poolAs('console', pool);
  backbone = { pool: page };
  await pool.query(`
    insert into shop.products values
      ('busy', 'Busy lamp', 'home', 1), ('still', 'Still lamp', 'home', 1), ('low', 'Low vase', 'home', 1), ('-9:x', 'Odd', 'home', 1);
    insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand, low_stock_threshold) values
      ('busy', ${OPENING}, ${OPENING}, 10), ('still', 50, 50, 10), ('low', 3, 3, 10), ('-9:x', -4, -4, 10);
    insert into inventory.events_log (
      topic, partition, kafka_offset, event_id, product_id, order_id, change, status, occurred_at, processed_at
    )
    select
      case n % 3 when 2 then 'supplier_restocks' else 'online_orders' end, n % 2, n, 'e' || n, 'busy',
      case when n % 3 < 2 then 'o' || n end,
      case when n between 3000 and 3002 then case n % 3 when 2 then 480 else -240 end when n % 3 = 2 then 2 else -1 end,
      'processed', now(), now() - interval '10 days' + (n / 3) * interval '7 minutes'
    from generate_series(0, ${MOVEMENTS - 1}) as n;
    insert into inventory.events_log (topic, partition, kafka_offset, event_id, product_id, change, status)
    values ('online_orders', 0, 100000, 'e1', 'busy', -1, 'duplicate');
    insert into inventory.reports values ('2026-01-02', 12.50, 3, '[]', '[]', '[]')`);
  return () => Promise.all([page.end(), pool.end()]);
});

it('lists the products with the least first, of a state or with a text, page by page', async () => {
  const first = await listProducts(backbone, { limit: 2 });
  expect(first.rows.map(({ product }) => product)).toEqual(['-9:x', 'low']);
  expect(first.counts).toEqual({ all: 4, low: 2, oversold: 1 });
  const second = await listProducts(backbone, { limit: 2, after: first.next ?? '' });
  expect(second).toMatchObject({ rows: [{ product: 'still' }, { product: 'busy', onHand: OPENING }], next: null });
  expect((await listProducts(backbone, { limit: 1 })).next).toBe('-4:-9:x');
  expect(await listProducts(backbone, { limit: 9, after: '-4:-9:x', state: 'low' })).toMatchObject({
    rows: [{ product: 'low' }],
  });
  expect(await listProducts(backbone, { limit: 9, text: 'LAMP', state: 'low' })).toMatchObject({
    rows: [],
    counts: { all: 2, low: 0 },
  });
});

it('adds up a product, whose sum is on hand or is not, and answers with few points however much moved it', async () => {
  const look = await lookAtProduct(backbone, { product: 'busy' });
  const sold = 2_000 * 2 - 2 + 480;
  expect(look).toMatchObject({ opening: OPENING, sold, due: OPENING, onHand: OPENING, balanced: true });
  expect(look).toMatchObject({ sales: 4_000, restocks: 2_000, levels: { movements: MOVEMENTS, before: OPENING } });
  const points = look?.levels.points ?? [];
  expect(points.length).toBeGreaterThan(MOST_POINTS / 2);
  expect(points.length).toBeLessThanOrEqual(MOST_POINTS);
  expect(points.at(-1)).toMatchObject({ quantity: OPENING });
  expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).toSorted());

  await pool.query("update inventory.inventory set quantity_on_hand = 99 where product_id = 'busy'");
  expect(await lookAtProduct(backbone, { product: 'busy' })).toMatchObject({ due: 100, onHand: 99, balanced: false });
  await pool.query("update inventory.inventory set quantity_on_hand = 100 where product_id = 'busy'");

  const lately = await lookAtProduct(backbone, { product: 'busy', seconds: 86_400 });
  expect(lately?.levels.movements).toBeGreaterThan(300);
  // Three at each time.
  expect(lately?.levels.movements).toBe((lately?.levels.points.length ?? 0) * 3);
  expect(await lookAtProduct(backbone, { product: 'busy', seconds: 0 })).toMatchObject({
    ...{ due: OPENING, balanced: true, sales: 4_000 },
    levels: { points: [], movements: 0 },
  });
  expect(await lookAtProduct(backbone, { product: 'still' })).toMatchObject({
    balanced: true,
    levels: { before: null, points: [], movements: 0 },
  });
  expect(await lookAtProduct(backbone, { product: 'none' })).toBeUndefined();
});

it('lists every movement once, whatever has the same time, each with what was left, by an index', async () => {
  const found: ProductMovement[] = [];
  for (let after: string | undefined; ; ) {
    const page = await listMovements(backbone, { product: 'busy', limit: 499, after });
    found.push(...page.rows);
    if (page.next === null) break;
    after = page.next;
  }
  expect(new Set(found.map(({ eventId }) => eventId)).size).toBe(MOVEMENTS);
  expect(found).toHaveLength(MOVEMENTS);
  expect(found[0]?.after).toBe(OPENING);
  for (const [index, { after, change }] of found.entries())
    expect(after - change).toBe(found[index + 1]?.after ?? OPENING);
  await expect(listMovements(backbone, { product: 'busy', limit: 9, after: 'x' })).rejects.toThrow('ended');

  await pool.query('vacuum analyze inventory.events_log');
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
    "explain select sum(change) from inventory.events_log where product_id = 'low' and status = 'processed'",
  );
  expect(rows.map((row) => row['QUERY PLAN']).join()).toContain('Index Only Scan using events_log_by_product');
});

it('has the report of a day as it was last made', async () => {
  expect(await storedReport(backbone, '2026-01-02')).toMatchObject({ report_date: '2026-01-02', total_sales: '12.50' });
  expect(await storedReport(backbone, '2026-01-03')).toBeUndefined();
});
