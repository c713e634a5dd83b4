/** ledger.delivery_totals and ledger.load_totals are the sums of deliveries and loads, whoever writes these, and the proof sees to it. */
import { beforeEach, expect, it } from 'vitest';
import type { ConsumedRecord } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import type { Consume } from '#delivery/consume.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { abandon, insertDelivery, lockPosition, registerPartition } from '#delivery/ledger.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { load } from '#functions/load-orders/load.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { prove, proveAndClose } from '#functions/prove/prove.ts';
import type { ProofOptions } from '#functions/prove/request.ts';
import type { Sources } from '#functions/prove/sources.ts';
import { until } from '#localstack/processes/until.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { migrate } from '#sql/migrate.ts';
import { kafkaFrom, kafkaWithoutRecords } from '../support/kafka-from.ts';
import { emptyDatabase, freshDatabase, freshLake, poolAs } from '../support/stores.ts';

let pool: Pool;
let loader: Pool;
let lake: Lake;

beforeEach(async () => {
  pool = await freshDatabase();
  loader = await poolAs('load_orders', pool);
  lake = await freshLake();
  inKafka.clear();
  return () => Promise.all([loader.end(), pool.end()]);
});

const order = (n: number, amount = 1) =>
  JSON.stringify({
    ...{
      order_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      amount,
      currency: 'EUR',
      category: 'books',
    },
    ...{ user_id: '11111111-1111-4111-8111-111111111111', country: 'DE', created_at: '2025-12-11T00:00:01Z' },
  });

/** What Kafka holds of each partition. */
const inKafka = new Map<number, ConsumedRecord[]>();

/** Delivers these values as the partition's next records. */
async function archive(partition: number, values: readonly string[]): Promise<void> {
  const consume = writeToLake({ pool, lake, ...kafkaFrom(0) }, layoutOf(streams.orders)) as unknown as Consume<
    Stream['event']
  >;
  const { rows } = await pool.query<{ next: number }>(
    "select next_offset as next from ledger.partitions where topic = 'orders' and partition = $1",
    [partition],
  );
  const from = rows[0]?.next ?? 0;
  const records = values.map((value, index) => ({
    ...{ offset: from + index, timestamp: 1_765_411_201_000, timestampType: 'CREATE_TIME' as const, key: null },
    ...{ value: Buffer.from(value), headers: [] },
  }));
  inKafka.set(partition, [...(inKafka.get(partition) ?? []), ...records]);
  await consume(streams.orders as unknown as Stream, { topic: 'orders', partition, records });
}

const idsOf = async (where = 'true') =>
  (
    await pool.query<{ id: number }>(
      `select delivery_id as id from ledger.deliveries where object_key is not null and ${where} order by 1`,
    )
  ).rows.map(({ id }) => id);

const loadAll = (ids: readonly number[], as = loader) =>
  load({ pool: as, lake, kafka: kafkaWithoutRecords }, ids, 'test');

/** Of the rows themselves; written apart from ledger.count_again. */
const SUMS = `
  select
    (select coalesce(jsonb_agg(to_jsonb(sums) order by partition), '[]') from (
      select consumer, topic, partition, count(*) as deliveries, sum(records) as records, sum(accepted) as accepted,
        sum(duplicates) as duplicates, sum(rejected) as rejected, count(*) filter (where object_key is not null) as objects
      from ledger.deliveries where state = 'committed' group by 1, 2, 3
    ) as sums) as deliveries,
    (select coalesce(jsonb_agg(to_jsonb(sums)), '[]') from (
      select 'archive-orders' as consumer, 'orders' as topic, count(*) as loads, sum(rows) as rows, sum(inserted) as inserted,
        sum(duplicates) as duplicates, sum(conflicts) as conflicts
      from ledger.loads having count(*) > 0
    ) as sums) as loads`;
const TOTALS = `
  select
    (select coalesce(jsonb_agg(to_jsonb(totals) order by partition), '[]') from ledger.delivery_totals as totals where deliveries > 0) as deliveries,
    (select coalesce(jsonb_agg(to_jsonb(totals)), '[]') from ledger.load_totals as totals where loads > 0) as loads`;

/** @returns the totals, which are the sums */
async function expectSums() {
  const [sums] = (await pool.query(SUMS)).rows;
  const [totals] = (await pool.query(TOTALS)).rows;
  expect(totals).toEqual(sums);
  return totals as { deliveries: Record<string, number>[]; loads: Record<string, number>[] };
}

/** A delivery of one record that can't be used. */
const rejectedAt = (offset: number, state: 'open' | 'committed') => ({
  ...{ records: 1, accepted: 0, duplicates: 0, rejected: 1, cents: null, times: null, idFilter: null },
  ...{ state, firstOffset: offset, lastOffset: offset, sourceSha256: 'x', objectKey: null },
});

it('count deliveries with and without an object, and loads with repeats and conflicts', async () => {
  await archive(0, [order(1), order(2), 'not json']);
  await archive(0, ['not json']);
  await archive(1, [order(2), order(1, 99)]);
  await loadAll(await idsOf());
  const of = { consumer: 'archive-orders', topic: 'orders' };
  expect(await expectSums()).toEqual({
    deliveries: [
      { ...of, partition: 0, deliveries: 2, records: 4, accepted: 2, duplicates: 0, rejected: 2, objects: 1 },
      { ...of, partition: 1, deliveries: 1, records: 2, accepted: 2, duplicates: 0, rejected: 0, objects: 1 },
    ],
    loads: [{ ...of, loads: 2, rows: 4, inserted: 2, duplicates: 1, conflicts: 1 }],
  });
});

it('do not count what is planned, abandoned or rolled back, and follow what a hand corrects', async () => {
  const reader = { consumer: 'archive-orders', topic: 'orders', partition: 0 };
  await inTransaction(pool, async (transaction) => {
    await registerPartition(transaction, reader, 0);
    await insertDelivery(transaction, reader, rejectedAt(0, 'open'), []);
  });
  expect((await expectSums()).deliveries).toEqual([]);
  await inTransaction(pool, async (transaction) =>
    abandon(transaction, (await lockPosition(transaction, reader))?.open ?? []),
  );
  expect((await expectSums()).deliveries).toEqual([]);
  const crash = inTransaction(pool, async (transaction) => {
    await insertDelivery(transaction, reader, rejectedAt(0, 'committed'), []);
    throw new Error('crash');
  });
  await expect(crash).rejects.toThrow('crash');
  expect((await expectSums()).deliveries).toEqual([]);

  await archive(0, [order(1), order(2)]);
  await loadAll(await idsOf());
  await pool.query(`update ledger.deliveries set records = 1, accepted = 1 where state = 'committed'`);
  await pool.query('update ledger.loads set rows = 1, inserted = 1');
  expect((await expectSums()).loads).toMatchObject([{ loads: 1, rows: 1 }]);
  await pool.query(`delete from ledger.loads; update ledger.deliveries set state = 'open', committed_at = null
    where state = 'committed'`);
  expect(await expectSums()).toEqual({ deliveries: [], loads: [] });
  await pool.query(
    `update ledger.deliveries set state = 'committed', committed_at = now() where object_key is not null`,
  );
  await pool.query(`delete from ledger.delivery_ids; delete from ledger.deliveries where object_key is not null`);
  expect(await expectSums()).toEqual({ deliveries: [], loads: [] });
});

it('are moved by loads that run at once, none of which waits for another', async () => {
  for (let partition = 0; partition < 6; partition++)
    await archive(
      partition,
      [1, 2, 3].map((n) => order(partition * 2 + n)),
    );
  const ids = await idsOf();
  const [first = 0, ...others] = ids;
  const held = await loader.connect();
  try {
    await held.query('begin');
    await held.query(
      `insert into ledger.loads (delivery_id, rows, inserted, duplicates, conflicts, run_id) values ($1, 3, 3, 0, 0, 'held')`,
      [first],
    );
    await Promise.all([loadAll(others), loadAll(others.slice(0, 3)), loadAll(others.slice(2))]);
    expect((await expectSums()).loads).toMatchObject([{ loads: 5, rows: 15 }]);
  } finally {
    await held.query('rollback').finally(() => held.release());
  }
  await Promise.all([loadAll(ids), loadAll([first])]);
  expect((await expectSums()).loads).toMatchObject([{ loads: 6, rows: 18 }]);
});

it('begin with what was there before them, and count what a function of the version before delivers', async () => {
  const old = await emptyDatabase();
  try {
    const migrations = await readSqlFiles(sqlFolder('migrations'));
    await migrate(
      old,
      migrations.filter(({ name }) => name < '032'),
    );
    const deliver = (first: number) =>
      old.query(`
        insert into ledger.partitions values ('archive-orders', 'orders', 0, 0, ${first + 10})
        on conflict (consumer, topic, partition) do update set next_offset = excluded.next_offset;
        insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted, rejected,
          source_sha256, object_key, committed_at)
        values ('archive-orders', 'orders', 0, ${first}, ${first + 9}, 'committed', 10, 9, 1, 'x', 'object ${first}', now());
        insert into ledger.loads (delivery_id, rows, inserted, duplicates, conflicts, run_id)
        select max(delivery_id), 9, 9, 0, 0, 'x' from ledger.deliveries;
        update ledger.loads set inserted = 7, duplicates = 2 where delivery_id = (select max(delivery_id) from ledger.loads)`);
    await deliver(0);
    await deliver(10);
    await migrate(old, migrations);
    await deliver(20);
    const [sums] = (await old.query(SUMS)).rows;
    expect((await old.query(TOTALS)).rows).toEqual([sums]);
    expect(sums.loads).toMatchObject([{ loads: 3, rows: 27, inserted: 21, duplicates: 6 }]);
  } finally {
    await old.end();
  }
});

it('are right after they were counted again, while others deliver and load', async () => {
  await archive(0, [order(1)]);
  await archive(0, [order(2)]);
  const [first] = await idsOf();
  await pool.query('update ledger.delivery_totals set records = 99');
  const [delivering, loading] = [await pool.connect(), await loader.connect()];
  try {
    const reader = { consumer: 'archive-orders', topic: 'orders', partition: 0 };
    await delivering.query('begin');
    const { nextOffset = 0 } = (await lockPosition(delivering, reader)) ?? {};
    await loading.query('begin');
    await loading.query(
      `insert into ledger.loads (delivery_id, rows, inserted, duplicates, conflicts, run_id) values ($1, 1, 1, 0, 0, 'held')`,
      [first],
    );
    const counting = pool.query('select ledger.count_again()');
    await until(
      async () => {
        const { rowCount } = await pool.query(
          `select from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock' and query = 'select ledger.count_again()'`,
        );
        return rowCount === 1;
      },
      { what: 'count_again waits for the delivery', within: 60_000 },
    );
    await insertDelivery(delivering, reader, rejectedAt(nextOffset, 'committed'), []);
    await delivering.query('commit');
    await counting;
    expect((await expectSums()).deliveries).toMatchObject([{ deliveries: 3, records: 3 }]);
    await loading.query('commit');
    expect((await expectSums()).loads).toMatchObject([{ loads: 1, rows: 1 }]);
  } finally {
    delivering.release(true);
    loading.release(true);
  }
});

const off = ({ checks }: Proof) =>
  checks.filter(({ balanced }) => !balanced).flatMap(({ name, where }) => [name, ...where]);

const sourcesFor = (prover: Pool): Sources => ({
  ...{ pool: prover, lake, hourlyMetrics: async () => [] },
  offsets: async (topic) =>
    topic === 'orders'
      ? [...inKafka].map(([partition, records]) => ({ partition, earliest: 0, latest: records.length }))
      : [],
  records: async function* (topic) {
    if (topic === 'orders') for (const [partition, records] of inKafka) yield { partition, records };
  },
});

it('are proved at each depth, closed or not, and right again once they are counted', async () => {
  await archive(0, [order(1), order(2), 'not json']);
  await archive(1, [order(3)]);
  await loadAll(await idsOf());
  const prover = await poolAs('prove', pool);
  try {
    const sources = sourcesFor(prover);
    const hourly = { depth: 'books', settled: false } as const;
    const everything = { ...hourly, all: true };
    const found = (...options: ProofOptions[]) =>
      Promise.all(options.map(async (each) => off(await prove(sources, each))));
    const closed = await proveAndClose(sources, { depth: 'objects', settled: false }, Date.now() + 60_000, (cause) => {
      throw cause;
    });
    expect(off(closed)).toEqual([]);
    // Two more deliveries, of which one waits to be loaded.
    await archive(0, [order(1), order(4)]);
    await loadAll(await idsOf('first_offset = 3'));
    await archive(1, [order(5)]);
    expect(await found(hourly, everything)).toEqual([[], []]);

    const deliveries = ['deliveries', 'records', 'accepted', 'duplicates', 'rejected', 'objects'];
    const loads = ['loads', 'rows', 'inserted', 'duplicates', 'conflicts'];
    const plants = [
      ...deliveries.map((name) => `update ledger.delivery_totals set ${name} = ${name} + 1 where partition = 1`),
      ...loads.map((name) => `update ledger.load_totals set ${name} = ${name} - 1`),
      'delete from ledger.delivery_totals where partition = 0',
      'delete from ledger.load_totals',
    ];
    const NAME = 'orders: totals are the sums of deliveries and loads';
    for (const plant of plants) {
      await pool.query(plant);
      for (const [name] of await found(hourly, everything)) expect(name, plant).toBe(NAME);
      await pool.query('select ledger.count_again()');
    }
    const deeper = (['objects', 'rows', 'kafka'] as const).map((depth) => ({ ...hourly, depth }));
    await pool.query('update ledger.delivery_totals set records = 5 where partition = 1');
    const place = 'orders partition 1: records is 5 in the totals, 2 in the ledger';
    expect(await found(...deeper)).toEqual(deeper.map(() => [NAME, place]));
    await pool.query('select ledger.count_again()');
    expect(await found(hourly, everything, ...deeper)).toEqual([[], [], [], [], []]);
  } finally {
    await prover.end();
  }
});
