/** The proof of gold and curated: it must find and name each planted error. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { proveCuration } from '#functions/prove/pipelines/curation.ts';
import { archiveEvents } from '../support/bronze.ts';
import { uuidOf } from '../support/payments.ts';
import { freshDatabase, freshLake } from '../support/stores.ts';

const DAY = '2026-01-02';
const [SHOPPER, ORDER, OLD_ORDER] = [uuidOf(7), uuidOf(1), uuidOf(2)];
const ANNOUNCED = 'curated: orders_cleaned says of every order from Kafka what is curated';
let pool: Pool;
let lake: Lake;

/** A click, its repeat, and two purchase events of one order; another order is from the shop's history. All are curated. */
beforeEach(async () => {
  pool = await freshDatabase();
  lake = await freshLake();
  const common = { user_id: SHOPPER, product_id: 'p1', order_id: null, amount: null, currency: null };
  const click = { ...common, event_id: uuidOf(11), event_type: 'click', occurred_at: `${DAY}T03:00:00.000000Z` };
  const bought = { event_id: uuidOf(12), event_type: 'purchase', order_id: ORDER, amount: '12.50', currency: 'EUR' };
  const delivery = await archiveEvents(
    { pool, lake },
    [
      click,
      click,
      { ...common, ...bought, occurred_at: `${DAY}T03:04:05.000000Z` },
      { ...common, ...bought, event_id: uuidOf(13), occurred_at: `${DAY}T03:04:06.000000Z` },
    ],
    { day: DAY },
  );
  await pool.query(`
    insert into gold.daily_product_clicks values ('${DAY}', 'p1', 1, 1);
    insert into gold.daily_orders values ('${DAY}', 'EUR', 1, 12.50);
    insert into gold.purchases values ('${ORDER}', '${DAY}T03:04:05Z', 0, 2, '${DAY}', 12.50, 'EUR');
    insert into gold.aggregations (delivery_id, event_dates) values (${delivery}, '{${DAY}}');

    insert into ledger.partitions values ('archive-orders', 'orders', 0, 0, 6);
    insert into ledger.deliveries (delivery_id, consumer, topic, partition, first_offset, last_offset, state, records, accepted,
      rejected, source_sha256, committed_at)
    overriding system value values (0, 'archive-orders', 'orders', 0, 0, 5, 'committed', 1, 1, 0, 'x', now());

    insert into warehouse.fact_orders (order_id, user_id, product_id, delivery_id, kafka_offset, amount, quantity, currency,
      category, country, created_at)
    values ('${ORDER}', '${SHOPPER}', 'p1', 0, 5, 12.50, 1, 'EUR', 'books', 'DE', '${DAY}T03:04:05Z');

    insert into shop.products values ('p1', 'Novel', 'books', 12.50);
    insert into shop.customers values ('${SHOPPER}', 'A. B.', 'a@mail.example', 'DE', 'consumer', '2024-01-01T00:00:00Z');
    insert into shop.orders values ('${OLD_ORDER}', '${SHOPPER}', 'p1', 2, 25.00, 'EUR', 'DE', '2025-01-01T00:00:00Z');

    insert into curated.dim_customers values ('${SHOPPER}', 'DE', 'consumer', '2024-01-01T00:00:00Z');
    insert into curated.dim_products values ('p1', 'Novel', 'books', 12.50);
    insert into curated.fact_orders (order_id, customer_id, product_id, kafka_partition, kafka_offset, order_date, created_at,
      quantity, amount, currency, category, country, customer_segment)
    values
      ('${ORDER}', '${SHOPPER}', 'p1', 0, 5, '${DAY}', '${DAY}T03:04:05Z', 1, 12.50, 'EUR', 'books', 'DE', 'consumer'),
      ('${OLD_ORDER}', '${SHOPPER}', 'p1', null, null, '2025-01-01', '2025-01-01T00:00:00Z', 2, 25.00, 'EUR', 'books', 'DE',
        'consumer');`);
  return () => pool.end();
});

/**
 * Names and places of the failed checks.
 *
 * @param curated demand that Spark's jobs have seen everything
 */
async function failedChecks({ curated } = { curated: true }): Promise<string> {
  const sources = { pool, lake, offsets: async () => [], hourlyMetrics: async () => [] };
  const options = { depth: 'rows', settled: true, curated, coherent: true } as const;
  const checks = await inTransaction(pool, (transaction) => proveCuration(sources, transaction, options));
  expect(checks.length).toBe(curated ? 13 : 8);
  return checks
    .filter(({ balanced }) => !balanced)
    .flatMap(({ name, where }) => [name, ...where])
    .join('\n');
}

describe('the proof of gold and curated', () => {
  it('balances when nothing is wrong, even with a repeat in bronze', async () => {
    expect(await failedChecks()).toBe('');
  });

  it('finds nothing wrong with what the daily batch will correct, unless it must have seen everything', async () => {
    const waits = { curated: false };
    await pool.query(`
      update warehouse.fact_orders set amount = 10;
      update shop.orders set amount = 24 where order_id = '${OLD_ORDER}'`);
    const [order, oldOrder] = [`order ${ORDER}: {"amount": 12.50`, `order ${OLD_ORDER}: {"amount": 25.00`];
    expect(await failedChecks(waits)).not.toContain('its source');
    const all = await failedChecks();
    expect(all).toContain(order);
    expect(all).toContain(oldOrder);
    // As if the batch had curated the load, which this test has not.
    await pool.query(
      'set local session_replication_role = replica; insert into curated.curations (delivery_id) values (0)',
    );
    const curated = await failedChecks(waits);
    expect(curated).toContain(order);
    expect(curated).not.toContain(oldOrder);
  });

  it.each([
    [
      'one click too many',
      'update gold.daily_product_clicks set clicks = 2',
      `${DAY} p1: 1 clicks of 1 visitors in bronze, 2 clicks of 1 visitors in gold`,
    ],
    ['a lost day', 'delete from gold.daily_product_clicks', `${DAY} p1: 1 clicks of 1 visitors in bronze, nothing`],
    [
      'revenue that is wrong by a cent',
      'update gold.daily_orders set revenue = revenue + 0.01',
      `${DAY} EUR: 1 orders, 0 credits, 12.50 in bronze, 1 orders, 0 credits, 12.51 in gold`,
    ],
    [
      'an order that counts for each of its events',
      'update gold.daily_orders set orders = 2, revenue = 25',
      'gold: orders and credits = different orders in bronze',
    ],
    [
      'gold that is not the warehouse',
      'update gold.daily_orders set revenue = revenue + 0.01',
      'gold: orders, credits and revenue of each currency = warehouse, to the cent',
    ],
    [
      'an object that was not aggregated',
      'delete from gold.aggregations',
      'user_events partition 0 offsets 0-3: bronze/user_events/',
    ],
    [
      'an amount that is wrong by a cent',
      `update curated.fact_orders set amount = amount + 0.01 where order_id = '${OLD_ORDER}'`,
      `order ${OLD_ORDER}: {"amount": 25.01`,
    ],
    [
      'a day that does not follow from the time',
      `update curated.fact_orders set order_date = order_date + 1 where order_id = '${ORDER}'`,
      `order ${ORDER}: {"amount": 12.50`,
    ],
    [
      'another category',
      `update curated.fact_orders set category = 'toys' where order_id = '${ORDER}'`,
      `order ${ORDER}: {"amount": 12.50`,
    ],
    [
      'another place in Kafka',
      `update curated.fact_orders set kafka_partition = 1 where order_id = '${ORDER}'`,
      `order ${ORDER}: {"amount": 12.50`,
    ],
    ['a customer that was edited', "update curated.dim_customers set segment = 'business'", `customer ${SHOPPER}`],
    ['a customer that was removed', 'delete from curated.dim_customers', `customer ${SHOPPER}`],
    ['a product that was edited', "update curated.dim_products set name = 'Poem'", 'product p1'],
    ['a product that was removed', 'delete from curated.dim_products', 'product p1'],
    [
      'other days of an object',
      `update gold.aggregations set event_dates = '{2026-01-03}'`,
      `offsets 0-3: ${DAY} in bronze, 2026-01-03 in gold`,
    ],
    ['another purchase of an order', 'update gold.purchases set kafka_offset = 3', `${DAY}: 1 purchases, fingerprint`],
    [
      'an order that is missing',
      `delete from curated.fact_orders where order_id = '${OLD_ORDER}'`,
      `order ${OLD_ORDER} is not in curated`,
    ],
    ['an order without a source', `delete from shop.orders`, `order ${OLD_ORDER} is in curated only`],
    [
      'revenue that is missing',
      `delete from curated.fact_orders where order_id = '${OLD_ORDER}'`,
      'curated: orders and revenue of each currency = warehouse and history, to the cent',
    ],
    ['an order that was not announced', `delete from ledger.outbox`, `${ANNOUNCED}\norder ${ORDER}`],
    [
      'an order that was announced twice',
      `insert into ledger.outbox (topic, record_key, record_value) select topic, record_key, record_value from ledger.outbox`,
      `${ANNOUNCED}\norder ${ORDER}`,
    ],
    [
      'an amount that was announced otherwise',
      `update ledger.outbox set record_value = convert_to(replace(convert_from(record_value, 'UTF8'), '12.50', '20.00'), 'UTF8')`,
      `${ANNOUNCED}\norder ${ORDER}`,
    ],
    [
      'an order that changed without being announced again',
      `alter table curated.fact_orders disable trigger announce_updated;
       update curated.fact_orders set customer_segment = 'vip' where order_id = '${ORDER}'`,
      `${ANNOUNCED}\norder ${ORDER}`,
    ],
  ])('finds %s', async (_, plant, found) => {
    await pool.query(plant);
    expect(await failedChecks()).toContain(found);
  });
});
