/** A function that Lambda stops or freezes in the middle of a transaction must not hold its partition's lock forever. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import type { Search } from '#adapters/search/index.ts';
import type { Apply } from '#delivery/apply.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import type { Work } from '#delivery/turns.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { orderEvent } from '#domain/streams/orders.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { acknowledge } from '#functions/acknowledge-losses/acknowledge.ts';
import { check } from '#functions/check-quality/check.ts';
import { indexMetrics } from '#functions/index-hourly-metrics/index-metrics.ts';
import { setPasswords } from '#functions/migrate-database/roles.ts';
import { prove } from '#functions/prove/prove.ts';
import type { Sources } from '#functions/prove/sources.ts';
import { redrive } from '#functions/redrive-dead-letters/redrive.ts';
import { replayInventory } from '#functions/replay-inventory/replay-inventory.ts';
import { build } from '#functions/report-inventory/build.ts';
import { exportReport } from '#functions/report-inventory/export.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { migrate } from '#sql/migrate.ts';
import { refreshViews } from '#sql/views.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { freshDatabase, freshLake } from '../support/stores.ts';

let pool: Pool;
beforeAll(async () => {
  pool = await freshDatabase();
});
afterAll(() => pool.end());

/** In milliseconds; long enough on a busy machine to reach the point where the function freezes or waits. */
const SHORT = 3_000;

const record = { offset: 0, timestamp: 0, key: null, value: Buffer.from('{}'), headers: [] };
const apply: Apply<Stream['event']> = async () => ({ duplicates: 0, refused: [], rowsFingerprint: '0' });

it('lets the redelivery of its batch succeed as soon as the deadline of the first attempt has passed', async () => {
  const batch = { topic: 'online_orders', partition: 0, records: [record] };
  const began = Promise.withResolvers<void>();
  const thaw = Promise.withResolvers<void>();
  const frozen = writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, async (transaction, ...rest) => {
    began.resolve();
    await thaw.promise;
    return apply(transaction, ...rest);
  });
  const first = frozen(streams.onlineOrders, batch, Date.now() + SHORT);
  first.catch(() => {});
  await Promise.race([began.promise, first]);
  const second = writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, apply);
  expect(await second(streams.onlineOrders, batch)).toMatchObject({ rejected: 1 });
  thaw.resolve();
  await expect(first).rejects.toThrow();
});

it('an archiver that waits for such a lock gives up before its deadline', async () => {
  const { topic } = streams.orders;
  const batch = { topic, partition: 0, records: [record] };
  const lake = await freshLake();
  const archive = writeToLake<typeof orderEvent>({ pool, lake, ...kafkaFrom(0) }, layoutOf(streams.orders));
  await archive(streams.orders, batch);
  const holder = await pool.connect();
  try {
    await holder.query('begin');
    await holder.query('select from ledger.partitions where topic = $1 for update', [topic]);
    await expect(archive(streams.orders, batch, Date.now() + SHORT)).rejects.toThrow(/statement timeout/);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
});

const takeTurn = (work: Work) => `select ledger.take_turn('${work}')`;

/** For each kind of work, the lock that it has to wait for. */
const waiting: Record<string, readonly [lock: string, work: (deadline: number) => Promise<unknown>]> = {
  'the refresh of views': ['select from public.views for update', (deadline) => refreshViews(pool, deadline)],
  'the check of transactions': [
    'lock table payments.transactions_clean',
    (deadline) => check(pool, { suite: 'process_kafka_to_postgres' }, deadline),
  ],
  'a redrive': [
    takeTurn('redrive-dead-letters'),
    (deadline) => redrive(pool, { dead_letter_ids: [1], redriven_by: 'ada', dry_run: false }, deadline),
  ],
  'an acknowledgement': [
    takeTurn('acknowledge-losses'),
    (deadline) =>
      acknowledge(pool, { loss_ids: [1], acknowledged_by: 'ada', reason: 'seen', dry_run: false }, deadline),
  ],
  'a replay of the stock': [
    'lock table inventory.inventory',
    (deadline) => replayInventory(pool, { dryRun: false, deadline }),
  ],
  'a migration': ['lock table public.migrations', (deadline) => migrate(pool, [], deadline)],
  'the report of a day': ['lock table inventory.reports', (deadline) => build(pool, '2026-01-02', deadline)],
  'the export of a report': [
    'lock table inventory.reports',
    (deadline) => exportReport(pool, {} as Lake, '2026-01-02', deadline),
  ],
  'the index of hourly metrics': [
    takeTurn('index-hourly-metrics'),
    (deadline) => indexMetrics(pool, {} as Search, { deadline }),
  ],
  'a transformation': [takeTurn('run-transformations'), (deadline) => transform(pool, { full: false, deadline })],
  'a new password': [
    takeTurn('passwords'),
    (deadline) => setPasswords(pool, { report_inventory: 'no such secret' }, deadline),
  ],
  'the proof': [
    'lock table ledger.partitions',
    (deadline) =>
      prove({ pool, offsets: async () => [] } as unknown as Sources, { depth: 'books', settled: false }, deadline),
  ],
};

/** Of what came to its lock too late, on a machine that stood still. */
const CAME_LATE = /did not answer within/;

it.each(Object.entries(waiting))('%s gives up at its deadline', async (_, [lock, work]) => {
  await inTransaction(pool, async (holder) => {
    await holder.query(lock);
    const end = (within: number) => work(Date.now() + within).then(() => 'it ended', String);
    const first = await end(500);
    expect(CAME_LATE.test(first) ? await end(SHORT) : first).toMatch(/statement timeout/);
  });
});
