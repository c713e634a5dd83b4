/** Topic orders_cleaned says what is curated, also of an order that is curated anew; on real PostgreSQL. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { announcedCheck } from '#functions/prove/pipelines/announced.ts';
import { until } from '#localstack/processes/until.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { type StagedOrder, stage } from '../support/curated.ts';
import { uuidOf } from '../support/payments.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

/** Logged in as superuser. */
let pool: Pool;
/** With the role of Spark's jobs. */
let sparkPool: Pool;
/** With the role of prove. */
let provePool: Pool;

beforeEach(async () => {
  pool = await freshDatabase();
  sparkPool = await poolAs('spark_curation', pool);
  provePool = await poolAs('prove', pool);
});
afterEach(() => Promise.all([sparkPool.end(), provePool.end(), pool.end()]));

const inStream = (order: StagedOrder) => stage(sparkPool, 'stream', [order], false);
const inBatch = (order: StagedOrder, run = 'batch') => stage(sparkPool, run, [order]);
const curate = async (merge: ReturnType<typeof stage>) => inTransaction(sparkPool, await merge);

interface Said {
  readonly event_id: string;
  readonly key: string;
  readonly value: {
    readonly amount: number;
    readonly kafka_partition: number;
    readonly customer_segment: string;
  } | null;
}

/** What the topic says, in order. */
async function announced(): Promise<Said[]> {
  const { rows } = await pool.query<Said>(
    `select convert_from(decode(headers -> 0 ->> 'value', 'base64'), 'UTF8') as event_id, convert_from(record_key, 'UTF8') as key,
       convert_from(record_value, 'UTF8')::jsonb as value
     from ledger.outbox where topic = 'orders_cleaned' order by outbox_id`,
  );
  return rows;
}

const check = () => inTransaction(provePool, announcedCheck);
const expectProved = async () => expect(await check()).toMatchObject({ balanced: true });

test('an amount that the stream took and the warehouse replaced is announced again, with an event_id of its own', async () => {
  await curate(inStream({ number: 1, partition: 3, offset: 9, amount: '20.00' }));
  await curate(inBatch({ number: 1, partition: 0, offset: 5, amount: '10.00' }));
  const [first, second, ...others] = await announced();
  expect(others).toEqual([]);
  expect(first).toMatchObject({ key: uuidOf(1), value: { amount: 20, kafka_partition: 3 } });
  expect(second).toMatchObject({ key: uuidOf(1), value: { amount: 10, kafka_partition: 0 } });
  expect(second?.event_id).not.toBe(first?.event_id);
  await expectProved();
});

test('whatever else is curated anew is announced again, and what stays as it was is not', async () => {
  await curate(inBatch({ number: 1, segment: 'unknown' }));
  await curate(inBatch({ number: 1, segment: 'vip' }, 'again'));
  await curate(inBatch({ number: 1, segment: 'vip' }, 'same'));
  expect((await announced()).map(({ value }) => value?.customer_segment)).toEqual(['unknown', 'vip']);
  await pool.query('delete from curated.fact_orders');
  expect((await announced()).map(({ value }) => value?.customer_segment)).toEqual(['unknown', 'vip', undefined]);
  await expectProved();
});

test('a merge announces each of its orders once, whether it is new, changed or the same', async () => {
  await curate(stage(sparkPool, 'one', [{ number: 1 }, { number: 2 }]));
  await curate(stage(sparkPool, 'two', [{ number: 3 }, { number: 2, amount: '2.00' }, { number: 1 }]));
  const said = await announced();
  const keys = said.map(({ key, value }) => `${key} ${value?.amount}`).sort();
  expect(keys).toEqual([`${uuidOf(1)} 1`, `${uuidOf(2)} 1`, `${uuidOf(2)} 2`, `${uuidOf(3)} 1`]);
  expect(new Set(said.map(({ event_id }) => event_id)).size).toBe(4);
  await pool.query('update curated.fact_orders set order_id = $2 where order_id = $1', [uuidOf(3), uuidOf(4)]);
  expect((await announced()).slice(4).map(({ key, value }) => [key, value?.amount])).toEqual([
    [uuidOf(3), undefined],
    [uuidOf(4), 1],
  ]);
  await expectProved();
});

test('a merge of the version before, which announces orders itself, announces none a second time', async () => {
  const merge = await inBatch({ number: 1 });
  await inTransaction(sparkPool, async (transaction) => {
    await merge(transaction);
    await transaction.query(
      `insert into ledger.outbox (topic, record_key, record_value) select 'orders_cleaned', convert_to($1, 'UTF8'), '{}'`,
      [uuidOf(1)],
    );
  });
  expect((await announced()).map(({ value }) => value?.amount)).toEqual([1]);
  await expectProved();
});

test('the stream replaces no order that a concurrent batch has settled', async () => {
  const batch = await inBatch({ number: 1, partition: 0, offset: 5, amount: '10.00' });
  // Of another customer and product: else it would wait for the batch before it looks at the orders.
  const stream = await inStream({ number: 1, partition: 3, offset: 9, amount: '20.00', customer: 2 });
  let merged: Promise<unknown> = Promise.resolve();
  await inTransaction(sparkPool, async (transaction) => {
    await batch(transaction);
    merged = inTransaction(sparkPool, stream);
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await until(async () => (await pool.query(waiting)).rowCount === 1, {
      what: 'the stream waits for the batch',
      within: 60_000,
      every: 20,
    });
  });
  await merged;
  const { rows } = await pool.query('select amount::text, kafka_partition from curated.fact_orders');
  expect(rows).toEqual([{ amount: '10.00', kafka_partition: 0 }]);
  expect((await announced()).map(({ value }) => value?.amount)).toEqual([10]);
  await expectProved();
});

test('a database from before announces what it had announced otherwise, and its totals still balance', async () => {
  const migration = (await readSqlFiles(sqlFolder('migrations'))).find(({ name }) => name.includes('announced_orders'));
  // As it was: an announcement that was removed, one that still holds, and one that does not.
  await pool.query(`
    drop view curated.announcements;
    drop trigger announce_inserted on curated.fact_orders;
    drop trigger announce_updated on curated.fact_orders;
    drop trigger announce_deleted on curated.fact_orders;
    drop trigger add_removed_values on ledger.outbox;
    drop trigger ignore_announcements_of_merge on ledger.outbox;
    drop function curated.announce_inserted, curated.announce_updated, curated.announce_deleted, curated.announce,
      curated.announcement_headers, ledger.add_removed_values, ledger.ignore_message;
    alter table ledger.outbox drop column replaces;
    alter table ledger.outbox_removed drop column value_sum`);
  for (const number of [1, 2, 3]) await curate(inBatch({ number }, `run${'abc'[number - 1]}`));
  await pool.query(
    `insert into ledger.outbox (topic, record_key, record_value)
     select 'orders_cleaned', convert_to(order_id::text, 'UTF8'), curated.announcement(fact_orders) from curated.fact_orders
     where order_id <> $1`,
    [uuidOf(1)],
  );
  await pool.query("insert into ledger.outbox_removed values ('orders_cleaned', 1, ledger.fingerprint($1))", [
    Buffer.from(uuidOf(1)),
  ]);
  await pool.query('update curated.fact_orders set amount = 9 where order_id = $1', [uuidOf(3)]);
  await pool.query('drop function curated.announcement; drop type curated.announced_order');
  await pool.query(migration?.sql ?? '');
  // As a later migration does.
  await pool.query('grant execute on function curated.announcement to prove');
  expect((await announced()).map(({ key, value }) => [key, value?.amount])).toEqual([
    [uuidOf(2), 1],
    [uuidOf(3), 1],
    [uuidOf(3), 9],
  ]);
  await expectProved();
});
