/** redrive-dead-letters on real PostgreSQL and Kafka, with its deployed role and the relay's. */
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { redrive as redriveLetters } from '#functions/redrive-dead-letters/redrive.ts';
import type { RedriveRequest } from '#functions/redrive-dead-letters/request.ts';
import { relay } from '#functions/relay-outbox/relay.ts';
import { writeDeadLetters } from '../support/dead-letters.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

/** Logged in as superuser. */
let pool: Pool;
/** With the role of redrive-dead-letters. */
let redrivePool: Pool;

beforeEach(async () => {
  pool = await freshDatabase();
  redrivePool = await poolAs('redrive_dead_letters', pool);
});
afterEach(async () => {
  await redrivePool.end();
  await pool.end();
});

const redrive = (dead_letter_ids: number[], options: Partial<RedriveRequest> = {}) =>
  redriveLetters(redrivePool, { dead_letter_ids, redriven_by: 'ada', dry_run: false, ...options });

/** An order that archive-orders can use. */
const usable = {
  order_id: '4b3f0c1e-7d5a-4a52-9a38-0e3b1f3f9f11',
  user_id: '0d9f3c52-8f0a-4f4e-8f57-6f2a6a1f7a10',
  amount: 19.99,
  currency: 'EUR',
  category: 'books',
  country: 'DE',
  created_at: '2026-01-02T03:04:05Z',
};

const base64 = (text: string) => Buffer.from(text).toString('base64');
const redriveHeader = (id: number) => ({ name: 'tillstream-redrive', value: base64(String(id)) });

/** The redriven messages in the outbox. */
async function sentBack() {
  const { rows } = await pool.query(
    `select redrives.dead_letter_id as id, topic, convert_from(record_key, 'UTF8') as key,
            convert_from(record_value, 'UTF8') as value, headers, redriven_by as by, convert_from(edited_value, 'UTF8') as edited
     from ledger.outbox join ledger.redrives using (outbox_id) order by outbox_id`,
  );
  return rows;
}

test('letters return to their topics with key, value and headers, in order, and the sender is recorded', async () => {
  const headers = [{ name: 'trace', value: Buffer.from('t-1') }];
  await writeDeadLetters(pool, [
    { key: Buffer.from('u1'), value: Buffer.from('a'), headers },
    { value: Buffer.from('b') },
  ]);
  await writeDeadLetters(pool, [{ key: Buffer.from('p1') }], { topic: 'store_sales', partition: 3 });
  expect(await redrive([3, 1, 2, 1])).toEqual({
    redriven: [
      { dead_letter_id: 1, topic: 'orders' },
      { dead_letter_id: 2, topic: 'orders' },
      { dead_letter_id: 3, topic: 'store_sales' },
    ],
    already: [],
    unknown: [],
    dry_run: false,
  });
  const trace = { name: 'trace', value: base64('t-1') };
  expect(await sentBack()).toEqual([
    { id: 1, topic: 'orders', key: 'u1', value: 'a', headers: [trace, redriveHeader(1)], by: 'ada', edited: null },
    { id: 2, topic: 'orders', key: null, value: 'b', headers: [redriveHeader(2)], by: 'ada', edited: null },
    { id: 3, topic: 'store_sales', key: 'p1', value: null, headers: [redriveHeader(3)], by: 'ada', edited: null },
  ]);
});

test('each letter is sent once, even if redriven repeatedly or concurrently', async () => {
  await writeDeadLetters(
    pool,
    Array.from({ length: 50 }, (_, n) => ({ value: Buffer.from(String(n)) })),
  );
  const all = Array.from({ length: 50 }, (_, n) => n + 1);
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, n) => redrive(n % 2 ? all : all.toReversed(), { redriven_by: `person ${n}` })),
  );
  expect(results.map(({ redriven }) => redriven.length).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 0, 0, 0, 0, 50]);
  expect((await sentBack()).map(({ id, value }) => [id, value])).toEqual(all.map((id) => [id, String(id - 1)]));
  const winner = results.findIndex(({ redriven }) => redriven.length > 0);
  const again = await redrive([7]);
  expect(again.already).toEqual([
    { dead_letter_id: 7, redriven_by: `person ${winner}`, redriven_at: expect.stringMatching(/^2\d{3}-.*Z$/) },
  ]);
  expect(again.redriven).toEqual([]);
});

test('to a compacted topic an edited value is sent only if its id is the key that goes with it', async () => {
  await writeDeadLetters(pool, [{ key: Buffer.from('p1'), value: Buffer.from('{') }], { topic: 'products' });
  const value = (product_id: string) =>
    base64(JSON.stringify({ product_id, name: 'Lamp', category: 'home', price: '9.99' }));
  await expect(redrive([1], { edited_value: value('p2') })).rejects.toThrow(
    'update-shop can use, got wrong_key: expected the record\'s key to be its product_id "p2", got "p1". Nothing was sent.',
  );
  await redrive([1], { edited_value: value('p1') });
  expect(await sentBack()).toMatchObject([{ topic: 'products', key: 'p1' }]);
});

test('an edited value is sent instead of the original, and both are kept', async () => {
  await writeDeadLetters(pool, [{ key: Buffer.from('u1'), value: Buffer.from('{') }]);
  const mended = JSON.stringify({ ...usable, note: 'ü' });
  await redrive([1], { edited_value: base64(mended) });
  expect(await sentBack()).toMatchObject([{ key: 'u1', value: mended, edited: mended }]);
  const { rows } = await pool.query('select record_value from ledger.dead_letters');
  expect(rows).toEqual([{ record_value: Buffer.from('{') }]);
});

test.each([
  ['{broken', 'not_json: expected a JSON object'],
  [JSON.stringify({ ...usable, amount: '1.234' }), 'invalid_amount: amount: '],
])('the edited value %s, which would be refused again, leaves the letter its chance', async (value, why) => {
  await writeDeadLetters(pool, [{ value: Buffer.from('{') }]);
  for (const dry_run of [true, false])
    await expect(redrive([1], { edited_value: base64(value), dry_run })).rejects.toThrow(
      `Expected an edited value that archive-orders can use, got ${why}`,
    );
  expect((await redrive([1], { edited_value: base64(JSON.stringify(usable)) })).redriven.length).toBe(1);
});

test('an edited value that is too large for every topic is refused, and the letter can still be sent', async () => {
  await writeDeadLetters(pool, [{ value: Buffer.from('{') }]);
  const edited_value = Buffer.alloc(1_000_001).toString('base64');
  await expect(redrive([1], { edited_value })).rejects.toThrow('at most 1000000 bytes, got 1000001');
  expect((await redrive([1])).redriven.length).toBe(1);
});

test('a record that was too large goes back only with another value, and with what the letter has of it', async () => {
  await writeDeadLetters(pool, [{ value: Buffer.from('{') }, { key: Buffer.from('u1'), reason: 'too_large' }]);
  const dryRun = { dry_run: true };
  await expect(redrive([1, 2])).rejects.toThrow('got those of dead letters 2, which are too large');
  await expect(redrive([2], dryRun)).rejects.toThrow('would be again; nothing was sent');
  expect(await sentBack()).toEqual([]);
  const value = JSON.stringify({
    order_id: '00000000-0000-4000-8000-000000000001',
    user_id: '11111111-1111-4111-8111-111111111111',
    amount: 1.25,
    currency: 'EUR',
    category: 'books',
    country: 'DE',
    created_at: '2025-12-11T00:00:01Z',
  });
  await redrive([2], { edited_value: base64(value) });
  expect(await sentBack()).toMatchObject([{ id: 2, key: 'u1', value, headers: [redriveHeader(2)] }]);
});

test('a dry run says what would be done and does nothing', async () => {
  await writeDeadLetters(pool, [{}, {}]);
  await redrive([2]);
  expect(await redrive([1, 2, 99], { dry_run: true })).toMatchObject({
    redriven: [{ dead_letter_id: 1 }],
    already: [{ dead_letter_id: 2 }],
    unknown: [99],
    dry_run: true,
  });
  expect((await sentBack()).map(({ id }) => id)).toEqual([2]);
});

test('letters of an uncommitted delivery are unknown', async () => {
  await writeDeadLetters(pool, [{}], { state: 'open' });
  expect(await redrive([1])).toMatchObject({ redriven: [], unknown: [1] });
  expect(await sentBack()).toEqual([]);
});

test('the relay brings the letter back to its topic', async () => {
  const { kafka: access } = inject('stack');
  const topic = `redrive-${process.pid}`;
  const kafka = await connectKafka({ ...access, clientId: 'redrive-test' });
  await kafka.createTopics([
    { topic, partitions: 1 },
    { topic: 'dlq', partitions: 1 },
  ]);
  const names = ['a', 'b', 'a', '2', '__proto__', '1'];
  const headers = names.map((name, index) => ({ name, value: Buffer.from([index, 255]) }));
  await writeDeadLetters(pool, [{ key: Buffer.from('k'), value: Buffer.from([0, 255]), headers }], { topic });
  await redrive([1]);
  const relayPool = await poolAs('relay_outbox', pool);
  const connect = () => connectKafka({ ...access, clientId: 'relay' });
  expect(await relay({ pool: relayPool, connectKafka: connect, deadline: Date.now() + 60_000 })).toMatchObject({
    published: 2,
  });
  await relayPool.end();
  expect(await kafka.record(topic, 0, 0)).toMatchObject({
    key: Buffer.from('k'),
    value: Buffer.from([0, 255]),
    headers: [...headers, { name: 'tillstream-redrive', value: Buffer.from('1') }],
  });
  await kafka.close();
});
