/** A described stream with objects in the lake and a table: both take effect or none, and the proof balances them with each other. */
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OffsetLookup } from '#adapters/kafka/lookup.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { intoTable } from '#delivery/into-table.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import type { PartitionBatch } from '#domain/records.ts';
import { catalogue } from '#domain/streams.ts';
import type { Depth } from '#functions/prove/depth.ts';
import { prove } from '#functions/prove/prove.ts';
import { fatesOf } from '#operations/records/fates.ts';
import { Crash, crashingAt } from '../support/crashes.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { uuidOf } from '../support/payments.ts';
import { makeRefunds, refund, refundBatch, archivedRefunds as stream } from '../support/refunds.ts';
import { freshDatabase, freshLake, poolAs, s3Client } from '../support/stores.ts';

let pool: Pool;
let role: Pool;
let provePool: Pool;
let lake: Lake;

beforeEach(async () => {
  pool = await freshDatabase();
  role = await poolAs(await makeRefunds(pool, 'archive_and_deliver_into'), pool);
  provePool = await poolAs('prove', pool);
  lake = await freshLake();
  return () => Promise.all([role, provePool, pool].map((each) => each.end()));
});

interface Stores {
  readonly pool: Pool;
  readonly lake: Lake;
}

const deliver = (batch: PartitionBatch, stores: Partial<Stores> = {}, kafka: Partial<OffsetLookup> = {}) =>
  writeToLake(
    { pool: role, lake, ...kafkaFrom(0), ...kafka, ...stores },
    layoutOf(stream),
    intoTable(stream),
  )(stream, batch);

/** The second repeats the first, the third contradicts it, the fourth can't be read. */
const BATCH = refundBatch(0, 0, [
  refund(1),
  refund(1, { amount: 12.5 }),
  refund(1, { pieces: 7 }),
  'not json',
  refund(2),
]);

function proofOf(batches: readonly PartitionBatch[], depth: Depth, earliest = 0) {
  const records = batches.flatMap((batch) => batch.records);
  const latest = (records.at(-1)?.offset ?? -1) + 1;
  const sources = {
    ...{ pool: provePool, lake, hourlyMetrics: async () => [] },
    offsets: async (topic: string) => (topic === stream.topic ? [{ partition: 0, earliest, latest }] : []),
    records: async function* (topic: string) {
      if (topic !== stream.topic) return;
      yield { partition: 0, records: records.map((record) => ({ ...record, timestampType: 'CREATE_TIME' as const })) };
    },
  };
  return prove(sources, { depth, settled: true }, undefined, [...catalogue, stream]);
}

async function failed(batches: readonly PartitionBatch[], depth: Depth = 'kafka', earliest = 0): Promise<string[]> {
  const { checks } = await proofOf(batches, depth, earliest);
  return checks.flatMap(({ name, balanced }) =>
    name.startsWith('refunds: ') && !balanced ? [name.slice('refunds: '.length)] : [],
  );
}

const LOADED = 'each record of the lake became a row, a duplicate or a conflict';
const CONFLICTS = 'conflicts stand in the dead letters';
const ROWS = 'every accepted record stands in streams.refunds';
const UNCHANGED = 'the rows of streams.refunds are as they were written';
const TOTALS = 'totals are the sums of deliveries and loads';

describe('a stream with both sinks', () => {
  it('keeps every usable record in the lake, and each once in the table; a conflict is a dead letter', async () => {
    expect(await deliver(BATCH)).toEqual({ accepted: 2, duplicates: 1, rejected: 2, redelivered: 0 });
    const rows = async (sql: string) => (await pool.query(sql)).rows;
    const books = () =>
      Promise.all([
        rows('select accepted, duplicates, rejected, object_key from ledger.deliveries'),
        rows('select rows, inserted, duplicates, conflicts from ledger.table_loads'),
        rows('select kafka_offset from streams.refunds order by 1'),
        rows(`select record_offset, consumer, reason from ledger.outbox inner join ledger.dead_letters using (dead_letter_id)
              order by 1`),
        rows('select loads, rows, inserted, duplicates, conflicts from ledger.load_totals'),
      ]);
    const before = await books();
    const [[delivery], ...others] = before;
    expect(delivery).toMatchObject({ accepted: 4, duplicates: 0, rejected: 1 });
    expect((await lake.head(delivery?.object_key))?.rows).toBe(4);
    const load = { rows: 4, inserted: 2, duplicates: 1, conflicts: 1 };
    expect(others).toEqual([
      [load],
      [{ kafka_offset: 0 }, { kafka_offset: 4 }],
      [
        { record_offset: 2, consumer: 'archive-refunds', reason: 'conflict' },
        { record_offset: 3, consumer: 'archive-refunds', reason: 'not_json' },
      ],
      [{ loads: 1, ...load }],
    ]);

    expect(await deliver(BATCH)).toMatchObject({ accepted: 0, redelivered: 5 });
    await pool.query('select ledger.count_again()');
    expect(await books()).toEqual(before);
    expect(await failed([BATCH])).toEqual([]);
    expect((await proofOf([BATCH], 'objects')).streams.refunds).toEqual({
      ...{ consumed: 5, accepted: 2, duplicates: 1, rejected: 2, lag: 0, archived: 4, loaded: 2 },
    });
  });

  it('tells the fate of each record, and that a repeat is in the lake', async () => {
    await deliver(BATCH);
    const page = await poolAs('console', pool);
    const asked = [1, 1, 1, 0, 2].map((id, offset) => ({ partition: 0, offset, held: true, id: uuidOf(id) }));
    const fates = await fatesOf({ pool: page }, stream, asked);
    await page.end();
    expect(fates.map(({ state, way }) => [state, ...way.map(({ place }) => place)])).toEqual([
      ['effect', 'lake', 'table'],
      ['repeat', 'lake'],
      ['rejected', 'lake'],
      ['rejected'],
      ['effect', 'lake', 'table'],
    ]);
  });

  it('lets its role add to the account, and change nothing there', async () => {
    await deliver(BATCH);
    for (const sql of ['delete from ledger.table_loads', 'update ledger.table_loads set rows = 0'])
      await expect(role.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it.each(['before', 'after'] as const)(
    'is exact whatever a worker dies %s, the put and the commit included',
    async (side) => {
      const batches: PartitionBatch[] = [];
      let crashes = 0;
      for (let steps = 1; crashes === steps - 1; steps++) {
        const batch = refundBatch(0, 3 * crashes, [refund(steps), refund(steps), refund(1, { pieces: 99 })]);
        batches.push(batch);
        const dies = deliver(batch, crashingAt({ pool: role, lake }, steps, side));
        crashes += await dies.then(
          () => 0,
          (error) => {
            if (!(error instanceof Crash)) throw error;
            return 1;
          },
        );
        await deliver(batch);
      }
      // It plans, puts and commits in at least a dozen steps, and the last worker of all did not die.
      expect(crashes).toBeGreaterThan(12);
      const { rows } = await pool.query(
        `select count(*) as rows, count(distinct "refundId") as ids, (select sum(duplicates) from ledger.table_loads) as duplicates,
         (select sum(conflicts) from ledger.table_loads) as conflicts
       from streams.refunds`,
      );
      const each = batches.length;
      expect(rows).toEqual([{ rows: each, ids: each, duplicates: each, conflicts: each }]);
      expect(await failed(batches)).toEqual([]);
    },
  );
});

describe('an object that was put, whose delivery did not commit', () => {
  const whole = refundBatch(
    0,
    0,
    [1, 2, 3, 4].map((id) => refund(id)),
  );
  const part = (from: number, to: number): PartitionBatch => ({ ...whole, records: whole.records.slice(from, to) });

  beforeEach(async () => {
    const dying: Lake = {
      ...lake,
      putOnce: async (...args) => {
        await lake.putOnce(...args);
        throw new Crash('put, and not committed');
      },
    };
    await expect(deliver(whole, { lake: dying })).rejects.toThrow(Crash);
  });

  it('is adopted by a batch that holds a part of it, with the rows that Kafka still has', async () => {
    const kafka = { records: async () => whole.records };
    expect(await deliver(part(0, 2), {}, kafka)).toMatchObject({ accepted: 4, duplicates: 0, rejected: 0 });
    expect(await deliver(part(2, 4), {}, kafka)).toMatchObject({ accepted: 0, redelivered: 2 });
    expect((await pool.query('select from streams.refunds')).rowCount).toBe(4);
    expect(await failed([whole])).toEqual([]);
  });

  it('fails, with what to do, if Kafka has lost a part of it; nothing takes effect until the object is moved away', async () => {
    const late = () => deliver(part(2, 4), {}, kafkaFrom(2));
    await expect(late()).rejects.toThrow('See docs/runbook.md, "An object whose records Kafka lost"');
    expect((await pool.query('select from streams.refunds')).rowCount).toBe(0);
    const { rows } = await pool.query('select object_key, state from ledger.deliveries');
    expect(rows).toMatchObject([{ state: 'open' }]);
    await remove(rows[0].object_key);
    expect(await late()).toMatchObject({ accepted: 2 });
    expect((await pool.query('select first_offset, last_offset from ledger.losses')).rows).toEqual([
      { first_offset: 0, last_offset: 1 },
    ]);
    expect(await failed([part(2, 4)], 'kafka', 2)).toEqual(['records lost, not acknowledged']);
  });
});

const remove = (key: string) => s3Client().send(new DeleteObjectCommand({ Bucket: lake.bucket, Key: key }));

describe('the proof of a stream with both sinks', () => {
  it.each([
    ['a row that was deleted', 'delete from streams.refunds where kafka_offset = 4', [ROWS, UNCHANGED]],
    [
      'a row that was doubled',
      `insert into streams.refunds
       select gen_random_uuid(), "order", amount, pieces, reason, made_at, partition, kafka_offset, delivery_id, stored_at
       from streams.refunds where kafka_offset = 4`,
      [ROWS, UNCHANGED],
    ],
    ['a cent', 'update streams.refunds set amount = amount + 0.01 where kafka_offset = 4', [UNCHANGED]],
    ['an account that was deleted', 'delete from ledger.table_loads', [ROWS, LOADED]],
    [
      'an account of another delivery',
      'set local session_replication_role = replica; update ledger.table_loads set delivery_id = delivery_id + 1000',
      [TOTALS, ROWS, LOADED],
    ],
    ['records that were counted twice', 'update ledger.table_loads set rows = 5, inserted = 3', [ROWS, LOADED]],
    ['a repeat that counts as a row', 'update ledger.table_loads set inserted = 3, duplicates = 0', [ROWS]],
    ['a conflict that counts as a repeat', 'update ledger.table_loads set duplicates = 2, conflicts = 0', [CONFLICTS]],
    [
      'a dead letter of a conflict that was deleted',
      `delete from ledger.outbox; delete from ledger.dead_letters where reason = 'conflict'`,
      [CONFLICTS],
    ],
    ['a total', 'update ledger.load_totals set duplicates = duplicates + 1, rows = rows + 1', [TOTALS]],
  ])('finds %s', async (_, edit, expected) => {
    await deliver(BATCH);
    expect(await failed([BATCH], 'books')).toEqual([]);
    await pool.query(edit);
    expect(await failed([BATCH], 'books')).toEqual(expected);
  });

  it('finds an object that is gone', async () => {
    await deliver(BATCH);
    const { rows } = await pool.query('select object_key from ledger.deliveries');
    await remove(rows[0].object_key);
    expect(await failed([BATCH], 'objects')).toHaveLength(1);
  });
});
