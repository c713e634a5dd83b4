/** The proof counts every error, however many there are, and names some of them. */
import { beforeAll, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import type { Check } from '#functions/prove/proof.ts';
import { prove } from '#functions/prove/prove.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

/** More than any query lists. */
const MANY = 1_234;
const NAMED = 50;
const ids = `select format('00000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid as id, n
  from generate_series(1, ${MANY}) as n`;
const AT = "'2026-01-02T03:04:05Z'";

/**
 * Plants sales without an order or delivery; payments that are missing from the clean table; curated orders whose amount
 * differs from their source; curated orders without source and announcement; announcements of orders that don't exist.
 */
async function plant(pool: Pool): Promise<void> {
  await pool.query(`
    insert into inventory.events_log (topic, partition, kafka_offset, event_id, product_id, change, status)
    select 'online_orders', 0, n, 'e' || n, 'p1', -1, 'processed' from (${ids}) as ids;

    insert into payments.transactions
    select id, id, 1, 'EUR', 'ok', ${AT}, ${AT}, 0, n from (${ids}) as ids;

    insert into warehouse.fact_orders (order_id, user_id, product_id, delivery_id, kafka_offset, amount, quantity, currency,
      category, country, created_at)
    select id, id, 'p1', 0, n, 1, 1, 'EUR', 'books', 'DE', ${AT} from (${ids}) as ids;

    insert into curated.fact_orders (order_id, customer_id, product_id, order_date, created_at, quantity, amount, currency,
      category, country, customer_segment)
    select id, id, 'p1', '2026-01-02', ${AT}, 1, 2, 'EUR', 'books', 'DE', 'new' from (${ids}) as ids;

    insert into curated.fact_orders (order_id, customer_id, product_id, kafka_partition, kafka_offset, order_date, created_at,
      quantity, amount, currency, category, country, customer_segment)
    select gen_random_uuid(), id, 'p1', 0, n, '2026-01-02', ${AT}, 1, 2, 'EUR', 'books', 'DE', 'new' from (${ids}) as ids;

    delete from ledger.outbox;

    insert into ledger.outbox (topic, record_key, record_value)
    select 'orders_cleaned', convert_to(gen_random_uuid()::text, 'UTF8'), '{}' from (${ids}) as ids`);
}

let checks: readonly Check[];
beforeAll(async () => {
  const pool = await freshDatabase();
  const provePool = await poolAs('prove', pool);
  try {
    await plant(pool);
    const sources = {
      pool: provePool,
      lake: await freshLake(),
      offsets: async () => [],
      hourlyMetrics: async () => [],
    };
    ({ checks } = await prove(sources, { depth: 'rows', settled: false, curated: true }));
  } finally {
    await Promise.all([provePool.end(), pool.end()]);
  }
});

it.each([
  ['inventory: every sale of the log stands in orders', MANY],
  ['inventory: every event of the log came in a delivery', MANY],
  ['transactions: every raw row stands in the clean table with what follows from it, and nothing else does', MANY],
  ['curated: every order says what its source says', MANY],
  ['curated: every order of the warehouse and of shop.orders, and no other', MANY],
  // No announcement has a curated order, and no curated order from Kafka has an announcement.
  ['curated: orders_cleaned says of every order from Kafka what is curated', 2 * MANY],
])('%s: %i times wrong', (name, wrong) => {
  const found = checks.find((check) => check.name === name);
  expect(found).toMatchObject({ balanced: false, expected: 0, actual: wrong });
  expect(found?.where).toHaveLength(NAMED + 1);
  expect(found?.where.at(-1)).toBe(`… and ${wrong - NAMED} more`);
});
