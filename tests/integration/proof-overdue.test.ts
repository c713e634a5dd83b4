/** Data that waits longer than its job leaves it is off, though nothing is lost yet. */

import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { type Intervals, standardIntervals } from '#domain/configuration/intervals.ts';
import { streams } from '#domain/streams.ts';
import { prove } from '#functions/prove/prove.ts';
import { HOURS_AT_ONCE, postpone, transform, transformSome } from '#functions/run-transformations/transform.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { payment, paymentBatch } from '../support/payments.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

let lake: Lake;
let pool: Pool;
let provePool: Pool;

beforeAll(async () => {
  lake = await freshLake();
});

beforeEach(async () => {
  pool = await freshDatabase();
  provePool = await poolAs('prove', pool);
  return () => Promise.all([provePool.end(), pool.end()]);
});

/** What the checks of waiting find. */
async function overdue(intervals?: Intervals): Promise<string[]> {
  const sources = {
    pool: provePool,
    lake,
    offsets: async () => [],
    hourlyMetrics: async () => [],
    intervals,
  };
  const { checks } = await prove(sources, { depth: 'books', settled: false });
  const inTime = checks.filter(({ name }) => name.endsWith(' in time'));
  expect(inTime).toHaveLength(6);
  return inTime.flatMap(({ balanced, where }) => {
    expect(balanced).toBe(where.length === 0);
    return where;
  });
}

const ago = (minutes: number) => `now() - interval '${minutes} minutes'`;

/** A committed object of the stream. */
const archive = (stream: 'orders' | 'user_events', minutes: number) =>
  pool.query(`
    with place as (
      insert into ledger.partitions values ('archive-${stream.replace('_', '-')}', '${stream}', 0, 0, 1) returning *
    )
    insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted, rejected,
      source_sha256, object_key, committed_at)
    select consumer, topic, partition, 0, 0, 'committed', 1, 1, 0, '', '${stream}/0', ${ago(minutes)} from place`);

const load = (minutes: number) =>
  pool.query(`
    insert into ledger.loads (delivery_id, rows, inserted, duplicates, conflicts, run_id, loaded_at)
    select delivery_id, 1, 1, 0, 0, 'test', ${ago(minutes)} from ledger.deliveries`);

async function pay(id: number): Promise<void> {
  const consume = writeToPostgres({ pool, ...kafkaFrom(0) }, storePayments);
  await consume(streams.transactions, paymentBatch(0, id, [payment({ id, at: '2026-01-02T03:00:00Z' })]));
}

const SINCE = /since \d{4}-\d\d-\d\dT[\d:.]+Z/;

it('an object of orders waits to be loaded, for 15 minutes', async () => {
  await archive('orders', 14);
  expect(await overdue()).toEqual([]);
  await pool.query(`update ledger.deliveries set committed_at = ${ago(16)}`);
  const found = await overdue();
  expect(found).toEqual([expect.stringMatching(SINCE)]);
  expect(found[0]).toMatch(/^orders\/0 waits for orders_minio_to_postgres since .*; 15 minutes are allowed$/);
  await load(0);
  expect(await overdue()).toEqual([]);
});

it('an hour waits to be transformed, for 90 minutes, or as long as the schedule says', async () => {
  await pay(0);
  await pool.query(`update payments.changed_hours set waiting_since = ${ago(91)}`);
  // A new payment of the hour does not make it look new.
  await pay(1);
  const found = await overdue();
  expect(found).toEqual([expect.stringMatching(SINCE)]);
  expect(found[0]).toMatch(/^the hour 2026-01-02T03:00Z waits for process_kafka_to_postgres since /);
  expect(await overdue({ ...standardIntervals(), process_kafka_to_postgres: 360 })).toEqual([]);
});

it('an hour that got payments while it was transformed waits since then', async () => {
  await pay(0);
  await transform(pool, { full: false });
  await pool.query('update payments.transformed_hours set indexed_as_of = transformed_at');
  await pay(1);
  await pool.query(`update payments.changed_hours set waiting_since = ${ago(91)}`);
  expect(await overdue()).toEqual([]);
});

it('hours for which a run had no time wait for the next one, the oldest last', async () => {
  await pool.query(
    `insert into payments.changed_hours (event_hour, waiting_since)
     select timestamptz '2026-01-01T00:00:00Z' + n * interval '1 hour', ${ago(91)} from generate_series(0, $1) as n`,
    [HOURS_AT_ONCE],
  );
  const deadline = Date.now() + 600_000;
  expect(await transformSome(pool, { full: false, deadline })).toMatchObject({ hours: HOURS_AT_ONCE });
  expect(await overdue()).toEqual([expect.stringMatching(/^the hour 2026-01-01T00:00Z waits /)]);
  await postpone(pool, deadline);
  expect(await overdue()).toEqual([]);
  await pool.query(`update payments.changed_hours set waiting_since = ${ago(91)}`);
  expect(await overdue()).toHaveLength(1);
  expect(await transform(pool, { full: false, deadline })).toMatchObject({ hours: 1 });
  expect(await overdue()).toEqual([]);
  await pool.query(
    `insert into payments.changed_hours (event_hour)
     select timestamptz '2026-01-01T00:00:00Z' + n * interval '1 hour' from generate_series(0, $1) as n`,
    [2 * HOURS_AT_ONCE],
  );
  expect(await transform(pool, { full: false, deadline })).toMatchObject({ hours: 2 * HOURS_AT_ONCE + 1 });
});

it('a run comes to the oldest hour though the newer ones get payments all the time', async () => {
  await pool.query(
    `insert into payments.changed_hours (event_hour)
     select timestamptz '2026-01-01T00:00:00Z' + n * interval '1 hour' from generate_series(0, $1) as n`,
    [HOURS_AT_ONCE],
  );
  await inTransaction(pool, async (storing) => {
    await storing.query(`select from payments.changed_hours where event_hour > '2026-01-01T00:00:00Z' for update`);
    const deadline = Date.now() + 60_000;
    expect(await transform(pool, { full: false, deadline })).toMatchObject({ hours: HOURS_AT_ONCE + 1 });
  });
  const { rows } = await pool.query(
    'select count(*)::int as waiting, min(event_hour)::text as oldest from payments.changed_hours',
  );
  expect(rows).toEqual([{ waiting: HOURS_AT_ONCE, oldest: '2026-01-01 01:00:00+00' }]);
});

it('an hour that no run has come to for a day is overdue, whatever the runs postpone', async () => {
  await pool.query(
    `insert into payments.changed_hours (event_hour, changed_at, waiting_since)
     values ('2026-01-01T00:00:00Z', ${ago(25 * 60)}, ${ago(91)})`,
  );
  await postpone(pool, Date.now() + 60_000);
  expect(await overdue()).toHaveLength(1);
});

it('an hour waits to be indexed, for 90 minutes', async () => {
  await pay(0);
  await transform(pool, { full: false });
  expect(await overdue()).toEqual([]);
  await pool.query(`update payments.transformed_hours set transformed_at = ${ago(91)}`);
  expect(await overdue()).toEqual([expect.stringMatching(SINCE)]);
  await pool.query('update payments.transformed_hours set indexed_as_of = transformed_at');
  expect(await overdue()).toEqual([]);
});

it('a bronze object waits to be in gold, for 26 hours', async () => {
  await archive('user_events', 25 * 60);
  expect(await overdue()).toEqual([]);
  await pool.query(`update ledger.deliveries set committed_at = ${ago(27 * 60)}`);
  expect(await overdue()).toEqual([expect.stringMatching(/^user_events\/0 waits for aggregate_user_events since /)]);
  await pool.query("insert into gold.aggregations select delivery_id, '{}' from ledger.deliveries");
  expect(await overdue()).toEqual([]);
});

it('nothing waits because of an upgrade that has gold counted again, however old it is', async () => {
  await archive('user_events', 90 * 24 * 60);
  // As it was before the migration.
  await pool.query(`
    drop view curated.sources;
    drop index curated.curated_orders_of_history;
    drop table gold.purchases, gold.days_to_recount;
    alter table gold.daily_orders drop column credits;
    insert into gold.aggregations select delivery_id, '{2026-01-02,2026-01-03}' from ledger.deliveries`);
  const migrations = await readSqlFiles(sqlFolder('migrations'));
  await pool.query(migrations.find(({ name }) => name.startsWith('021'))?.sql ?? '');
  expect(await overdue()).toEqual([]);
  const { rows } = await pool.query('select event_date::text from gold.days_to_recount order by 1');
  expect(rows).toEqual([{ event_date: '2026-01-02' }, { event_date: '2026-01-03' }]);
});

it('a load waits to be curated, for 26 hours', async () => {
  await archive('orders', 28 * 60);
  await load(27 * 60);
  expect(await overdue()).toEqual([expect.stringMatching(/^orders\/0 waits for curate_orders since /)]);
  await pool.query('insert into curated.curations select delivery_id from ledger.loads');
  expect(await overdue()).toEqual([]);
});

it('a message waits to be published, for 11 minutes', async () => {
  await pool.query(`insert into ledger.outbox (topic, record_value, created_at) values ('dlq', '', ${ago(10)})`);
  expect(await overdue()).toEqual([]);
  await pool.query(`update ledger.outbox set created_at = ${ago(12)}`);
  expect(await overdue()).toEqual([expect.stringMatching(/^message \d+ for dlq waits for relay-outbox since /)]);
  await pool.query('update ledger.outbox set sent_at = now()');
  expect(await overdue()).toEqual([]);
  await pool.query(`
    set session_replication_role = replica;
    insert into ledger.announcements (delivery_id, movements, on_hand, created_at) values (7, 1, '{}', ${ago(12)});
    set session_replication_role = origin`);
  expect(await overdue()).toEqual([expect.stringMatching(/^message 2 for inventory_updates of delivery 7 waits for /)]);
});
