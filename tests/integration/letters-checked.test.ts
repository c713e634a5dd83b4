/** The value of a dead letter that is edited, judged by what the stores know of it: real PostgreSQL. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { checkValue } from '#operations/letters/check.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { sale, stock } from '../support/letters.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

let pool: Pool;
let look: { readonly pool: Pool };
beforeEach(async () => {
  pool = await freshDatabase();
  look = { pool: await poolAs('console', pool) };
});
afterEach(async () => {
  await look.pool.end();
  await pool.end();
});

const NOW = new Date('2026-01-05T04:00:00Z');
const check = (topic: string, value: object, key?: string | null) =>
  checkValue(
    look,
    { topic, value: Buffer.from(JSON.stringify(value)), key: typeof key === 'string' ? Buffer.from(key) : key },
    NOW,
  );

test('is judged by the stores too: its product, its id, its age and its key', async () => {
  await stock(pool, 'p-977');
  expect(await check('store_sales', sale, 'p-977')).toEqual({
    ...{ usable: true, consumer: 'update-inventory', problems: [] },
    warnings: ['timestamp is 3 days old'],
    confirmed: ['event_id is new', 'product_id is in the inventory'],
  });
  const unknown = await check('store_sales', { ...sale, product_id: 'p-0', timestamp: '2027-01-01T00:00:00Z' }, null);
  expect(unknown).toMatchObject({ usable: false, problems: [{ path: ['product_id'], reason: 'unknown_product' }] });
  expect(unknown.warnings).toEqual([
    'timestamp is in the future',
    'it has no key, which is not its product_id: it may overtake other records of that product_id',
  ]);
  await expect(check('nope', {})).rejects.toThrow('Expected one of the topics orders');
});

test('that came before is a repeat, or in conflict with the first', async () => {
  await stock(pool, 'p-977');
  const write = (stream: Stream, apply: typeof applyMovements, value: object) =>
    writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, apply)(stream, {
      topic: stream.topic,
      partition: 0,
      records: [{ offset: 0, timestamp: 1, key: null, value: Buffer.from(JSON.stringify(value)), headers: [] }],
    });
  await write(streams.storeSales, applyMovements, sale);
  expect(await check('store_sales', sale)).toMatchObject({
    usable: true,
    confirmed: ['product_id is in the inventory'],
  });
  expect((await check('store_sales', sale)).warnings[0]).toMatch('a repeat');
  expect((await check('store_sales', { ...sale, quantity: 3 })).problems).toMatchObject([
    { path: ['event_id'], reason: 'conflict', message: 'it came before with another quantity' },
  ]);

  const payment = {
    ...{ transaction_id: '4b3f0c1e-7d5a-4a52-9a38-0e3b1f3f9f11', user_id: '0d9f3c52-8f0a-4f4e-8f57-6f2a6a1f7a10' },
    ...{ amount: '12.50', currency: 'EUR', status: 'paid', event_time: '2026-01-05T03:04:05.123456Z' },
  };
  await write(streams.transactions as unknown as Stream, storePayments as unknown as typeof applyMovements, payment);
  expect(await check('transactions', payment)).toMatchObject({ usable: true, confirmed: [] });
  expect((await check('transactions', { ...payment, amount: 12.51 })).problems).toMatchObject([
    { message: 'it came before with another amount' },
  ]);
  await pool.query(`
    insert into warehouse.fact_orders
    select '4b3f0c1e-7d5a-4a52-9a38-0e3b1f3f9f11', '0d9f3c52-8f0a-4f4e-8f57-6f2a6a1f7a10', null, 1, 0, 19.9, null, 'EUR', 'books',
      'DE', '2026-01-05T03:04:05.5Z'`);
  const order = {
    ...{ order_id: '4B3F0C1E-7d5a-4a52-9a38-0e3b1f3f9f11', user_id: '0d9f3c52-8f0a-4f4e-8f57-6f2a6a1f7a10' },
    ...{ amount: 19.9, currency: 'EUR', category: 'books', country: 'DE', created_at: '2026-01-05T03:04:05.500Z' },
  };
  expect((await check('orders', order)).warnings[0]).toMatch('a repeat');
  expect((await check('orders', { ...order, country: 'FR' })).problems).toMatchObject([{ path: ['order_id'] }]);
  expect(await check('orders', { ...order, amount: '1,5', country: '' })).toMatchObject({
    problems: [{ path: ['amount'] }, { path: ['country'] }],
  });
});
