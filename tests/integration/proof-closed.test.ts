/** What balanced is closed and not read again by the hourly proof; a proof of everything reads it, and the notes of it. */
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { commitDelivery, insertDelivery } from '#delivery/ledger.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { KafkaRecord } from '#domain/records.ts';
import type { userEvent } from '#domain/streams/user-events.ts';
import { type Stream, streams } from '#domain/streams.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { prove, proveAndClose } from '#functions/prove/prove.ts';
import type { ProofOptions } from '#functions/prove/request.ts';
import { readScope } from '#functions/prove/scope.ts';
import type { Sources } from '#functions/prove/sources.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { readLedger } from '#operations/ledger.ts';
import { totalsOf } from '#operations/progress.ts';
import { readWritten } from '#operations/written.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { payment, paymentBatch, uuidOf } from '../support/payments.ts';
import { freshDatabase, freshLake, poolAs, s3Client } from '../support/stores.ts';

let pool: Pool;
let provePool: Pool;
let lake: Lake;
let heads: string[];
let sources: Sources;
const HOURLY = { depth: 'objects', settled: false } as const;
const EVERYTHING = { ...HOURLY, all: true } as const;

const record = (offset: number, value: object): KafkaRecord => ({
  ...{ offset, timestamp: 1_765_411_201_000, key: null, headers: [] },
  value: Buffer.from(JSON.stringify(value)),
});

const transformAll = () => transform(pool, { full: false, deadline: Date.now() + 60_000 });
const pay = async (offset: number, hour: number) => {
  const consume = writeToPostgres({ pool, ...kafkaFrom(0) }, storePayments);
  const ids = [offset, offset + 1];
  const payments = ids.map((id) => payment({ id, amount: `${id}.10`, at: `2026-01-02T0${hour}:00:00Z` }));
  await consume(streams.transactions, paymentBatch(0, offset, payments));
  await transformAll();
};

async function sell(offset: number, quantity: number): Promise<void> {
  const consume = writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, applyMovements);
  const ids = { event_id: `e${offset}`, order_id: `o${offset}`, product_id: 'p1' };
  const records = [record(offset, { ...ids, quantity, timestamp: '2026-01-02T03:04:05Z' })];
  await consume(streams.onlineOrders, { topic: 'online_orders', partition: 1, records });
}

async function click(offset: number): Promise<void> {
  const consume = writeToLake<typeof userEvent>({ pool, lake, ...kafkaFrom(0) }, layoutOf(streams.userEvents));
  const ids = { event_id: uuidOf(offset), user_id: uuidOf(7), product_id: 'p1' };
  const records = [record(offset, { ...ids, event_type: 'click', occurred_at: '2026-01-02T03:04:05Z' })];
  await consume(streams.userEvents, { topic: 'user_events', partition: 2, records });
}

beforeEach(async () => {
  pool = await freshDatabase();
  provePool = await poolAs('prove', pool);
  lake = await freshLake();
  heads = [];
  await pool.query(`
    insert into shop.products values ('p1', 'Lamp', 'home', 9.99);
    insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) values ('p1', 10, 10)`);
  sources = {
    pool: provePool,
    lake: {
      ...lake,
      head(key) {
        heads.push(key);
        return lake.head(key);
      },
    },
    offsets: async () => [0, 1, 2].map((partition) => ({ partition, earliest: 0, latest: 1_000 })),
    hourlyMetrics: async () => [],
  };
  for (const offset of [0, 2]) {
    await pay(offset, 3);
    await sell(offset / 2, 3);
    await click(offset / 2);
  }
  return () => Promise.all([provePool.end(), pool.end()]);
});

const off = ({ checks }: Proof) =>
  checks.filter(({ balanced }) => !balanced).flatMap(({ name, where }) => [name, ...where]);
const hourly = async () => off(await prove(sources, HOURLY));
const everything = async () => off(await prove(sources, EVERYTHING));
const thrown = (cause: Error) => {
  throw cause;
};
const closing = (of: Sources = sources, options: ProofOptions = HOURLY, notClosed: (cause: Error) => void = thrown) =>
  proveAndClose(of, options, Date.now() + 60_000, notClosed);
const closeNow = async () => expect(off(await closing())).toEqual([]);

it('counts what its caller has checked elsewhere, and closes all the same', async () => {
  const beside = (actual: number) => [
    { name: 'Airflow: the last run', expected: 0, actual, where: actual ? ['x failed'] : [] },
  ];
  const proof = await closing(sources, { ...HOURLY, beside: beside(1) });
  expect([proof.balanced, off(proof), proof.all]).toEqual([false, ['Airflow: the last run', 'x failed'], true]);
  const next = await closing(sources, { ...HOURLY, beside: beside(0) });
  expect([next.balanced, next.all, next.checks.at(-1)?.name]).toEqual([true, false, 'Airflow: the last run']);
});

it('closes nothing of which another proof has said, after its snapshot, that something is off', async () => {
  await pool.query(`
    insert into ledger.proofs (proved_at, took, depth, everything, settled, curated, balanced, checks, off, totals)
    values (now(), '1 minute', 'objects', false, false, false, false, 1, '[]', '{}')`);
  await closeNow();
  expect((await closing()).all).toBe(true);
  await pool.query("update ledger.proofs set took = '0 s'");
  await closeNow();
  expect((await closing()).all).toBe(false);
});

it('reads what came since, asks each object once, and says so; its totals are those of everything', async () => {
  const first = await closing();
  expect(first).toMatchObject({ all: true, read: 'Everything was read: 8 records.' });
  expect(heads).toHaveLength(2);
  await pay(4, 4);
  await sell(2, 1);
  await click(2);
  const second = await closing();
  expect(off(second)).toEqual([]);
  expect(second.all).toBe(false);
  expect(second.read).toMatch(/^What came since the proof of \S+Z was read: 4 of 12 records\./);
  expect(heads).toHaveLength(3);
  const jit = await inTransaction(provePool, async (transaction) => {
    await transaction.query('set local jit to on');
    await readScope(transaction, HOURLY);
    return (await transaction.query('show jit')).rows;
  });
  expect(jit).toEqual([{ jit: 'off' }]);
  expect(second.streams).toMatchObject({ transactions: { consumed: 6 }, user_events: { archived: 3 } });
  const all = await prove(sources, EVERYTHING);
  expect(off(all)).toEqual([]);
  expect(all.streams).toEqual(second.streams);
  expect(heads).toHaveLength(6);
  const nothingElse = { rejected: 0, loaded: 0 };
  const ledger = await readLedger(pool);
  const totals = ['transactions', 'online_orders', 'user_events'].map((topic) => totalsOf(ledger, topic));
  expect(totals).toMatchObject([
    { consumed: 6, accepted: 6, ...nothingElse },
    { consumed: 3, accepted: 3, ...nothingElse },
    { consumed: 3, accepted: 3, ...nothingElse },
  ]);
});

it.each([
  ['a payment', `update payments.transactions set status = 'failed' where kafka_offset = 1`, 'rows and fingerprint'],
  ['a movement', `update inventory.events_log set raw_event = '{}' where kafka_offset = 0`, 'rows and fingerprint'],
  ['a sale', `insert into inventory.orders values ('x', 'x', 'p1', 1, 'online_orders', now())`, 'event x: null'],
  [
    'a delivery, of which nothing else tells',
    `update ledger.deliveries set source_sha256 = 'x' where topic = 'transactions' and first_offset = 0`,
    'fingerprint is',
  ],
])('leaves an edit of %s that is closed to the proof of everything', async (_, edit, found) => {
  await closeNow();
  await pool.query(edit);
  expect(await hourly()).toEqual([]);
  expect((await everything()).join('\n')).toContain(found);
});

it('leaves a deleted object that is closed to the proof of everything', async () => {
  await closeNow();
  await s3Client().send(new DeleteObjectCommand({ Bucket: lake.bucket, Key: heads[0] }));
  expect(await hourly()).toEqual([]);
  expect((await everything()).join('\n')).toContain(`${heads[0]} is missing`);
});

it.each([
  ['a payment', `update payments.transactions set status = 'failed' where kafka_offset = 5`],
  ['a movement', `update inventory.events_log set raw_event = '{}' where kafka_offset = 2`],
  ['a sale', `update inventory.orders set quantity = 9 where event_id = 'e2'`],
  ['the stock', `update inventory.inventory set quantity_on_hand = 4`],
  ['a clean payment of an hour that was transformed anew', 'update payments.transactions_clean set amount = 9'],
  ['the position', `update ledger.partitions set next_offset = 7 where topic = 'transactions'`],
  [
    'the log, though the event changes nothing',
    `insert into inventory.events_log (topic, partition, kafka_offset, status) values ('online_orders', 1, 9, 'rejected')`,
  ],
  [
    'an announcement',
    'delete from ledger.announcements where announcement_id = (select max(announcement_id) from ledger.announcements)',
  ],
])('finds an edit of %s since, and closes nothing then', async (_, edit) => {
  await closeNow();
  await pay(4, 3);
  await sell(2, 1);
  await pool.query(edit);
  const found = off(await closing());
  expect(found).not.toEqual([]);
  expect(await hourly()).toEqual(found);
});

it('reads a delivery that was planned before and committed since, though its id is lower', async () => {
  const reader = { consumer: 'archive-user-events', topic: 'user_events', partition: 0 };
  const range = { firstOffset: 0, lastOffset: 0 };
  const planned = {
    ...range,
    state: 'open' as const,
    records: 1,
    accepted: 1,
    duplicates: 0,
    rejected: 0,
    cents: null,
    times: null,
  };
  const deliveryId = await inTransaction(pool, async (transaction) => {
    await transaction.query(`insert into ledger.partitions values ('archive-user-events', 'user_events', 0, 0, 0)`);
    const delivery = { ...planned, sourceSha256: 'x', objectKey: 'lost', idFilter: null };
    return await insertDelivery(transaction, reader, delivery, []);
  });
  await click(2);
  await closeNow();
  await inTransaction(pool, (transaction) =>
    commitDelivery(transaction, reader, { ...range, deliveryId, records: 1 }, { sha256: 'x', bytes: 1 }),
  );
  expect((await hourly()).join('\n')).toContain('user_events partition 0 offset 0: s3://');
});

it.each([
  ['records', 'update ledger.closed_partitions set records = records + 1', 'in the note'],
  ['an offset', 'update ledger.closed_partitions set before_offset = before_offset - 1', 'in the note'],
  ['stock', 'update ledger.closed_stock set change = change + 1', 'product p1: -5 in the note, -6 in the log'],
])('finds a note that is wrong about %s, and begins anew when what is closed is opened', async (_, edit, found) => {
  await closeNow();
  await pool.query(edit);
  expect((await everything()).join('\n')).toContain(found);
  await pool.query('update ledger.closing set closed_at = null, closings = closings + 1');
  await closeNow();
  expect(await everything()).toEqual([]);
  await sell(2, 1);
  expect(await hourly()).toEqual([]);
});

it('closes once what two proofs have read at the same time', async () => {
  let meanwhile: Promise<unknown> | undefined;
  const slow: Sources = {
    ...sources,
    async hourlyMetrics() {
      meanwhile ??= closing();
      await meanwhile;
      return [];
    },
    indexUuid: async () => 'filled',
  };
  await pool.query(`insert into payments.compared_index values (true, 'filled', $1, now())`, [await viewMd5()]);
  await pool.query('update payments.transformed_hours set indexed_as_of = null');
  await closing(slow);
  expect(meanwhile).toBeDefined();
  expect((await pool.query('select closings from ledger.closing')).rows).toEqual([{ closings: 1 }]);
  expect(await everything()).toEqual([]);
});

it('reads everything where a delivery behind what is closed and its rows are as the version before wrote them', async () => {
  await closeNow();
  await pay(4, 4);
  await sell(2, 1);
  await pool.query(`
    update payments.transactions set delivery_id = null where kafka_offset >= 4;
    update inventory.events_log set delivery_id = null where kafka_offset >= 2;
    update ledger.deliveries set rows_fingerprint = null
    where (consumer, first_offset) in (('store-transactions', 4), ('update-inventory', 2))`);
  const second = await closing();
  expect([second.all, off(second)]).toEqual([true, []]);
  expect(await prove(sources, HOURLY)).toMatchObject({ all: false, balanced: true });
});

it('keeps no note of a product that has not moved, so that it may be removed', async () => {
  const noted = async () => (await pool.query('select product_id, change from ledger.closed_stock')).rows;
  await pool.query(`
    insert into shop.products values ('p2', 'Table', 'home', 99);
    insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) values ('p2', 5, 5)`);
  await closeNow();
  await pool.query(`delete from inventory.inventory where product_id = 'p2'`);
  expect(await hourly()).toEqual([]);
  await pool.query(`
    insert into ledger.closed_stock values ('p3', 0);
    update ledger.closing set closed_at = null, closings = closings + 1`);
  await closeNow();
  expect(await noted()).toEqual([{ product_id: 'p1', change: -6 }]);
});

it('compares with the index, once that answers, what was closed while it did not', async () => {
  await pool.query(`insert into payments.compared_index values (true, 'filled', $1, now())`, [await viewMd5()]);
  await pool.query('update payments.transformed_hours set indexed_as_of = transformed_at');
  const down = () => Promise.reject(new Error('no answer'));
  sources = { ...sources, indexUuid: async () => 'filled', hourlyMetrics: down };
  await closeNow();
  await closeNow();
  sources = { ...sources, hourlyMetrics: async () => [] };
  expect(await hourly()).toContain('2026-01-02T03:00:00Z: not in the index');
});

it('gives the proof back though nothing could be closed, and says why', async () => {
  await pool.query('revoke update on ledger.closing from prove');
  const causes: string[] = [];
  const proof = await closing(sources, HOURLY, ({ message }) => causes.push(message));
  expect([proof.all, off(proof)]).toEqual([true, []]);
  expect(causes).toEqual(['permission denied for table closing']);
});

it('finds a letter that was sent as an update of stock', async () => {
  const consume = writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, applyMovements);
  await consume(streams.onlineOrders, { topic: 'online_orders', partition: 1, records: [record(2, {})] });
  await closeNow();
  await pool.query(
    `update ledger.outbox set topic = 'inventory_updates', sent_at = now() where dead_letter_id is not null`,
  );
  expect(await everything()).toContain('outbox: every processed movement is announced');
});

async function viewMd5(): Promise<string> {
  const { rows } = await pool.query<{ md5: string }>(
    `select md5(pg_get_viewdef('payments.hourly_metrics'::regclass) || pg_get_viewdef('payments.hourly_amounts'::regclass)) as md5`,
  );
  return rows[0]?.md5 ?? '';
}

it('closes nothing at depth books, which looks at no object', async () => {
  await closing(sources, { ...HOURLY, depth: 'books' });
  expect((await pool.query('select closings from ledger.closing')).rows).toEqual([{ closings: 0 }]);
});

it('is due in npm start when PostgreSQL has counted a write, and not for the notes of a proof', async () => {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_stat_user_tables where schemaname = 'ledger' and relname = any($1)`,
    [['closing', 'closed_partitions', 'closed_stock', 'proofs', 'relay_hours']],
  );
  expect(rows).toHaveLength(5);
  const before = await readWritten({ pool: provePool });
  await sell(2, 1);
  await expect.poll(() => readWritten({ pool: provePool }), { timeout: 60_000 }).not.toBe(before);
});
