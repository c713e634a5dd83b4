/** Old announcements are removed from the outbox, and the proof still counts them; on real PostgreSQL with the deployed roles. */
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { inRepository } from '#adapters/repository.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { announcedCheck } from '#functions/prove/pipelines/announced.ts';
import { readMovements } from '#functions/prove/pipelines/movements.ts';
import { proveOutbox } from '#functions/prove/pipelines/outbox.ts';
import { readScope } from '#functions/prove/scope.ts';
import type { Sources } from '#functions/prove/sources.ts';
import { redrive } from '#functions/redrive-dead-letters/redrive.ts';
import { removeSent } from '#functions/relay-outbox/remove.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { stage } from '../support/curated.ts';
import { writeDeadLetters } from '../support/dead-letters.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { uuidOf } from '../support/payments.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

/** Logged in as superuser. */
let pool: Pool;
/** With the role of relay-outbox. */
let relayPool: Pool;
/** With the role of prove. */
let provePool: Pool;

beforeEach(async () => {
  pool = await freshDatabase();
  relayPool = await poolAs('relay_outbox', pool);
  provePool = await poolAs('prove', pool);
  await pool.query('update ledger.relay_hours set hours = $1', [HOURS]);
});
afterEach(async () => {
  await relayPool.end();
  await provePool.end();
  await pool.end();
});

const remove = (keepDays = 7) => removeSent({ pool: relayPool, keepDays, deadline: Date.now() + 60_000 });
const query = async (sql: string, values?: unknown[]) => (await pool.query(sql, values)).rows;
const totals = () => query('select output_topic as topic, messages from ledger.outbox_removed order by 1');
/** In which the relay has run. */
const HOURS = 10_000;
/** Marks every unsent message as sent so many days ago. */
const sentBefore = (days: number) =>
  inBoth(
    `update $ set sent_at = now() - ${days} * interval '1 day', sent_hour = ${HOURS - 24 * days} where sent_at is null`,
  );
/** Runs the statement for the table of messages and for that of announcements of stock. */
const inBoth = async (sql: string) => {
  for (const table of ['ledger.outbox', 'ledger.announcements']) await query(sql.replaceAll('$', table));
};
/** Of what is left, in order: the topic, once for each message. */
const topics = async () =>
  (
    await query(`
      select topic from (
        select outbox_id as number, topic, 1 as messages from ledger.outbox
        union all
        select announcement_id, 'inventory_updates', movements from ledger.announcements
      ) as rows cross join generate_series(1, messages)
      order by number`)
  ).map(({ topic }) => topic);

/** Failed checks of the outbox, with their places; Kafka has everything that it could have received. */
async function failedChecks(): Promise<string[]> {
  const offsets = async () => [{ partition: 0, earliest: 0, latest: 1_000_000 }];
  const sources = { pool: provePool, offsets } as unknown as Sources;
  const options = { depth: 'rows', settled: false } as const;
  const checks = await inTransaction(provePool, async (transaction) => {
    const scope = await readScope(transaction, options);
    const movements = await readMovements(transaction, scope, new Map());
    const proving = { sources, transaction, options, scope, streams: [] };
    return [...(await proveOutbox(proving, movements)), await announcedCheck(transaction)];
  });
  return checks.filter(({ balanced }) => !balanced).flatMap(({ name, where }) => [name, ...where]);
}

/** Sells one piece for each number, as update-inventory does; the number identifies the event. */
async function sell(offset: number, numbers: readonly number[]): Promise<void> {
  await pool.query(`
    insert into shop.products values ('p1', 'Lamp', 'home', 9.99) on conflict do nothing;
    insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) values ('p1', 0, 0)
    on conflict do nothing`);
  const consume = writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, applyMovements);
  const sale = { product_id: 'p1', timestamp: '2026-01-02T03:04:05Z', order_id: 'o1', quantity: 1 };
  const records = numbers.map((number, index) => ({
    ...{ offset: offset + index, timestamp: 0, key: null, headers: [] },
    value: Buffer.from(JSON.stringify({ ...sale, event_id: `e${number}` })),
  }));
  await consume(streams.onlineOrders, { topic: 'online_orders', partition: 0, records });
}

/** Merges these orders, with their numbers as offsets of partition 0. */
async function curate(run: string, numbers: readonly number[], amount = '1.00'): Promise<void> {
  const orders = numbers.map((number) => ({ number, amount }));
  await inTransaction(pool, await stage(pool, run, orders));
}

test('messages that were sent long ago are removed and counted; the rest stays, and the books balance', async () => {
  await sell(0, [1, 2, 3]);
  await curate('a', [1, 2]);
  await sentBefore(8);
  await sell(3, [4, 5]);
  await curate('b', [3]);
  await sentBefore(6);
  expect(await remove()).toBe(5);
  expect(await totals()).toEqual([
    { topic: 'inventory_updates', messages: 3 },
    { topic: 'orders_cleaned', messages: 2 },
  ]);
  expect(await topics()).toEqual(['inventory_updates', 'inventory_updates', 'orders_cleaned']);
  expect(await failedChecks()).toEqual([]);
  expect(await remove()).toBe(0);
  expect(await remove(5)).toBe(3);
  expect(await totals()).toMatchObject([{ messages: 5 }, { messages: 3 }]);
  expect(await topics()).toEqual([]);
  expect(await failedChecks()).toEqual([]);
});

test.each([
  ['ahead', 8],
  ['back', -8],
])('a clock that went a week %s removes no message of late, and the next hours count as one each', async (_, days) => {
  const clockWent = async () => {
    await inBoth(`update $ set sent_at = sent_at - ${days} * interval '1 day' where sent_at is not null`);
    await query(`update ledger.relay_hours set counted_at = counted_at - $1 * interval '1 day'`, [days]);
  };
  const hours = async () => (await query('select hours from ledger.relay_hours'))[0].hours;
  const sentDaysAgo = (ago: number) => inBoth(`update $ set sent_at = now() - ${ago} * interval '1 day'`);
  await sell(0, [1]);
  await sentBefore(0);
  await query('update ledger.relay_hours set counted_at = now()');
  await clockWent();
  expect(await remove()).toBe(0);
  expect(await hours()).toBe(HOURS + 1);
  expect(await remove()).toBe(0);
  expect(await hours()).toBe(HOURS + 1);
  await sentDaysAgo(2);
  for (let hour = 1; hour <= 24; hour += 1) {
    await query(`update ledger.relay_hours set counted_at = now() - interval '61 minutes'`);
    expect(await remove(1)).toBe(hour < 24 ? 0 : 1);
  }
});

test('an order that is announced again, before and after its earlier message is removed, balances', async () => {
  await curate('a', [1, 2]);
  await sentBefore(8);
  await curate('b', [1], '2.00');
  expect(await failedChecks()).toEqual([]);
  expect(await remove()).toBe(2);
  expect(await failedChecks()).toEqual([]);
  await sentBefore(8);
  await curate('c', [1, 2], '3.00');
  expect(await failedChecks()).toEqual([]);
  expect(await remove()).toBe(1);
  expect(await failedChecks()).toEqual([]);
  await sentBefore(8);
  await pool.query('delete from curated.fact_orders where order_id = $1', [uuidOf(2)]);
  expect(await remove()).toBe(2);
  expect(await failedChecks()).toEqual([]);
  await sentBefore(8);
  expect(await remove()).toBe(1);
  // Of six messages one order is left.
  expect(await totals()).toEqual([{ topic: 'orders_cleaned', messages: 1 }]);
  expect(await failedChecks()).toEqual([]);
});

test('what the relay of version 0.1.0 removes during an upgrade is counted too', async () => {
  await curate('a', [1, 2]);
  await sentBefore(8);
  await relayPool.query(REMOVE_OF_0_1_0, ['orders_cleaned', 7, 5_000]);
  expect(await totals()).toEqual([{ topic: 'orders_cleaned', messages: 2 }]);
  expect(await failedChecks()).toEqual([]);
});

test('orders whose message was removed can be announced again, as the runbook says', async () => {
  await curate('a', [1, 2]);
  await sentBefore(8);
  await remove();
  const runbook = await readFile(inRepository('docs/runbook.md'), 'utf8');
  const [, statement = ''] = /consumers need these too[^`]*`([^`]*) and order_date between …`/.exec(runbook) ?? [];
  await pool.query(statement);
  expect(await topics()).toEqual(['orders_cleaned', 'orders_cleaned']);
  expect(await failedChecks()).toEqual([]);
  await sentBefore(8);
  expect(await remove()).toBe(2);
  expect(await failedChecks()).toEqual([]);
});

test('an unsent message stays, however old it is', async () => {
  await sell(0, [1]);
  await curate('a', [1]);
  await inBoth("update $ set created_at = now() - interval '1 year'");
  expect(await remove(1)).toBe(0);
  expect(await topics()).toEqual(['inventory_updates', 'orders_cleaned']);
});

test('nothing is announced again after its announcement is removed', async () => {
  await sell(0, [1, 2]);
  await curate('a', [1, 2]);
  await sentBefore(8);
  expect(await remove()).toBe(4);
  // The same records are redelivered, and the same events are sent again.
  await sell(0, [1, 2]);
  await sell(2, [2, 1, 3]);
  await curate('b', [1, 2, 3]);
  expect(await topics()).toEqual(['inventory_updates', 'orders_cleaned']);
  expect(await failedChecks()).toEqual([]);
});

test('dead letters and redrives keep their messages, and so the times when they were announced and sent back', async () => {
  await writeDeadLetters(pool, [{ value: Buffer.from('a') }, { value: Buffer.from('b') }]);
  const request = { dead_letter_ids: [1], redriven_by: 'ada', dry_run: false };
  await redrive(pool, request);
  await sell(0, [1]);
  await sentBefore(400);
  expect(await remove()).toBe(1);
  expect(await topics()).toEqual(['dlq', 'dlq', 'orders']);
  expect(
    await query(
      'select redriven_by, sent_at is not null as sent from ledger.redrives join ledger.outbox using (outbox_id)',
    ),
  ).toEqual([{ redriven_by: 'ada', sent: true }]);
  expect(await redrive(pool, request)).toMatchObject({ redriven: [], already: [{ dead_letter_id: 1 }] });
  expect(await failedChecks()).toEqual([]);
});

test('concurrent removals remove and count each message once, in batches, while a relay is marking', async () => {
  const COUNT = 23_456;
  await pool.query(
    `insert into ledger.outbox (topic, record_key, record_value, sent_at, sent_hour)
     select 'inventory_updates', convert_to('p' || n % 10, 'UTF8'), '{}', now() - interval '8 days', 0 from generate_series(1, $1::int) as n`,
    [COUNT],
  );
  await pool.query("insert into ledger.outbox (topic) select 'inventory_updates' from generate_series(1, 10)");
  const removed = await inTransaction(pool, async (marking) => {
    await marking.query('update ledger.outbox set sent_at = now(), sent_hour = $1 where sent_at is null', [HOURS]);
    return Promise.all(Array.from({ length: 6 }, () => remove()));
  });
  expect(removed.reduce((sum, each) => sum + each)).toBe(COUNT);
  expect(await totals()).toEqual([{ topic: 'inventory_updates', messages: COUNT }]);
  expect(await topics()).toHaveLength(10);
});

test('a removal that times out removes and counts nothing, and one past its deadline does not start', async () => {
  await sell(0, [1, 2]);
  await sentBefore(8);
  await inTransaction(pool, async (other) => {
    await other.query("insert into ledger.outbox_removed values ('inventory_updates', 0, 0)");
    // The removal waits for the lock on the totals until its timeout.
    await expect(removeSent({ pool: relayPool, keepDays: 7, deadline: Date.now() + 200 })).rejects.toThrow(
      /timeout|terminated/,
    );
  });
  expect(await topics()).toHaveLength(2);
  expect(await removeSent({ pool: relayPool, keepDays: 7, deadline: Date.now() })).toBe(0);
  expect(await remove()).toBe(2);
  expect(await failedChecks()).toEqual([]);
});

/** As it stood in functions/relay-outbox/remove.ts. */
const REMOVE_OF_0_1_0 = `
  with old as materialized (
    select outbox_id
    from ledger.outbox
    where topic = $1 and sent_at < now() - $2 * interval '1 day' and dead_letter_id is null
    order by sent_at
    limit $3
    for update skip locked
  ),
  removed as (
    delete from ledger.outbox using old where outbox.outbox_id = old.outbox_id returning record_key
  ),
  counted as (
    select count(*) as messages, coalesce(sum(ledger.fingerprint(record_key)), 0) as key_sum from removed
  ),
  added as (
    insert into ledger.outbox_removed as total (output_topic, messages, key_sum)
    select $1, messages, key_sum from counted where messages > 0
    on conflict (output_topic) do update set
      messages = total.messages + excluded.messages,
      key_sum = total.key_sum + excluded.key_sum
  )
  select messages from counted`;

const UPDATES = 'outbox: every processed movement is announced';
const ORDERS = 'curated: orders_cleaned says of every order from Kafka what is curated';

test.each([
  ['an announcement of stock that was removed without being counted', 'delete from ledger.announcements', [UPDATES]],
  [
    'an order whose announcement was removed without being counted',
    "delete from ledger.outbox where topic = 'orders_cleaned'",
    [ORDERS, `order ${uuidOf(3)}`],
  ],
  [
    'a message that was counted and is still there',
    'update ledger.outbox_removed set messages = messages + 1',
    [UPDATES, ORDERS, '2 orders have no message in the outbox, and 3 messages were removed from it; they differ'],
  ],
  ['lost totals', 'delete from ledger.outbox_removed', [UPDATES, ORDERS, `order ${uuidOf(1)}`, `order ${uuidOf(2)}`]],
  [
    'an order that was announced again after its announcement had been removed',
    `insert into ledger.outbox (topic, record_key) values ('orders_cleaned', '${uuidOf(2)}')`,
    [ORDERS, `order ${uuidOf(2)}`],
  ],
  [
    'the right number of messages, but of the wrong orders',
    `update ledger.outbox set record_key = '${uuidOf(2)}' where topic = 'orders_cleaned'`,
    [ORDERS, `order ${uuidOf(2)}`],
  ],
  [
    'an order that was curated anew, without a message, after its announcement had been removed',
    `alter table curated.fact_orders disable trigger announce_updated;
     update curated.fact_orders set amount = 2 where order_id = '${uuidOf(2)}'`,
    [ORDERS, '2 orders have no message in the outbox, and 2 messages were removed from it; they differ'],
  ],
])('the proof finds %s', async (_, plant, found) => {
  await sell(0, [1]);
  await curate('a', [1, 2]);
  await sentBefore(8);
  await sell(1, [2]);
  await curate('b', [3]);
  expect(await remove()).toBe(3);
  expect(await failedChecks()).toEqual([]);
  await pool.query(plant);
  expect(await failedChecks()).toEqual(found);
});
