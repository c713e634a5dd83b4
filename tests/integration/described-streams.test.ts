/** A described stream: its table is filled by its description alone, and the proof finds whatever happens to a row. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { intoTable } from '#delivery/into-table.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { text } from '#domain/columns.ts';
import type { PartitionBatch } from '#domain/records.ts';
import { catalogue, describedStreams, type Stream } from '#domain/streams.ts';
import type { Depth } from '#functions/prove/depth.ts';
import { columnsCheck } from '#functions/prove/pipelines/described.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { prove } from '#functions/prove/prove.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { uuidOf } from '../support/payments.ts';
import { makeRefunds, refund, refundBatch, refundEvent, refunds } from '../support/refunds.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

let pool: Pool;
let role: Pool;
let provePool: Pool;
let lake: Lake;

beforeEach(async () => {
  pool = await freshDatabase();
  role = await poolAs(await makeRefunds(pool), pool);
  provePool = await poolAs('prove', pool);
  lake = await freshLake();
  return () => Promise.all([role, provePool, pool].map((each) => each.end()));
});

const store = (batch: PartitionBatch) =>
  writeToPostgres({ pool: role, ...kafkaFrom(0) }, intoTable(refunds))(refunds, batch);

const BATCH = refundBatch(
  0,
  0,
  [1, 2, 3, 4].map((id) => refund(id)),
);

function proof(batches: readonly PartitionBatch[], depth: Depth = 'books', stream: Stream = refunds): Promise<Proof> {
  const ofPartition = (partition: number) =>
    batches.filter((batch) => batch.partition === partition).flatMap(({ records }) => records);
  const sources = {
    ...{ pool: provePool, lake, hourlyMetrics: async () => [] },
    offsets: async (topic: string) =>
      topic === refunds.topic
        ? [0, 1].map((partition) => ({ partition, earliest: 0, latest: ofPartition(partition).length }))
        : [],
    records: async function* (topic: string) {
      if (topic !== refunds.topic) return;
      for (const partition of [0, 1])
        yield {
          partition,
          records: ofPartition(partition).map((record) => ({ ...record, timestampType: 'CREATE_TIME' as const })),
        };
    },
  };
  return prove(sources, { depth, settled: true }, undefined, [...catalogue, stream]);
}

const failed = ({ checks }: Proof) =>
  checks
    .filter(({ name, balanced }) => name.startsWith('refunds: ') && !balanced)
    .map(({ name, where }) => [name, ...where]);

const ROWS = 'refunds: every accepted record stands in streams.refunds';
const UNCHANGED = 'refunds: the rows of streams.refunds are as they were written';
const FROM_KAFKA = 'refunds: rows are those that Kafka’s records make';

describe('the table of a described stream', () => {
  it('has each record once, to the cent and the microsecond, with where it came from', async () => {
    const batch = refundBatch(1, 40, [
      refund(1, { amount: '-99999999.99', order: '€€€', reason: 'too small' }),
      refund(2, { pieces: null }),
    ]);
    expect(await store(batch)).toEqual({ accepted: 2, duplicates: 0, rejected: 0, redelivered: 0 });
    const { rows } = await pool.query(
      `select refunds."refundId" as id, refunds."order", amount::text, pieces, reason, partition, kafka_offset, delivery_id,
         to_char(made_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') as at, stored_at <= clock_timestamp() as is_stored
       from streams.refunds order by kafka_offset`,
    );
    const both = { partition: 1, delivery_id: expect.any(Number), at: '2026-01-02 03:04:05.678901', is_stored: true };
    expect(rows).toEqual([
      {
        ...both,
        id: uuidOf(1),
        order: '€€€',
        amount: '-99999999.99',
        pieces: 1,
        reason: 'too small',
        kafka_offset: 40,
      },
      { ...both, id: uuidOf(2), order: 'order 2', amount: '12.50', pieces: null, reason: null, kafka_offset: 41 },
    ]);
  });

  it('counts repeats, in a batch, across partitions and redelivered, and keeps a conflict as a dead letter', async () => {
    await store(refundBatch(0, 0, [refund(1), refund(1, { amount: 12.5 }), refund(2)]));
    expect(await store(refundBatch(0, 0, [refund(1), refund(1, { amount: 12.5 }), refund(2)]))).toMatchObject({
      redelivered: 3,
    });
    expect(
      await store(refundBatch(1, 0, [refund(1), refund(2, { pieces: null }), refund(2, { order: 'x' }), 'not json'])),
    ).toMatchObject({ accepted: 0, duplicates: 1, rejected: 3 });
    const { rows } = await pool.query(
      'select record_offset, consumer, reason, message from ledger.dead_letters order by record_offset',
    );
    const conflict = (field: string) =>
      `refundId: it came before with another ${field}; refunds partition 0 offset 2 holds the first`;
    expect(rows).toMatchObject([
      { record_offset: 1, consumer: 'store-refunds', reason: 'conflict', message: conflict('pieces') },
      { record_offset: 2, consumer: 'store-refunds', reason: 'conflict', message: conflict('order') },
      { record_offset: 3, consumer: 'store-refunds' },
    ]);
    const batches = [
      refundBatch(0, 0, [refund(1), refund(1, { amount: 12.5 }), refund(2)]),
      refundBatch(1, 0, [refund(1), refund(2, { pieces: null }), refund(2, { order: 'x' }), 'not json']),
    ];
    const whole = await proof(batches, 'kafka');
    expect(failed(whole)).toEqual([]);
    expect(whole.streams.refunds).toEqual({ consumed: 7, accepted: 2, duplicates: 2, rejected: 3, lag: 0 });
  });

  it('may be changed by its consumer only by what it stores', async () => {
    for (const sql of [
      'delete from streams.refunds',
      'update streams.refunds set amount = 0',
      'create table streams.mine (n integer)',
    ])
      await expect(role.query(sql)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('the proof of a described stream', () => {
  beforeEach(async () => {
    await store(BATCH);
  });

  it('finds a row that was deleted', async () => {
    expect(failed(await proof([BATCH]))).toEqual([]);
    await pool.query(`delete from streams.refunds where "refundId" = '${uuidOf(2)}'`);
    expect(failed(await proof([BATCH]))).toEqual([
      [ROWS, 'refunds partition 0 offsets 0-3: 4 accepted, 3 stored'],
      [UNCHANGED, 'refunds partition 0 offsets 0-3: rows and fingerprint differ'],
    ]);
  });

  it('finds a row that was doubled', async () => {
    await pool.query(
      `insert into streams.refunds
       select gen_random_uuid(), "order", amount, pieces, reason, made_at, partition, kafka_offset, delivery_id, stored_at
       from streams.refunds where kafka_offset = 1`,
    );
    expect(failed(await proof([BATCH])).map(([name]) => name)).toEqual([ROWS, UNCHANGED]);
  });

  it('finds an amount that was changed, and names it where Kafka still has the record', async () => {
    await pool.query('update streams.refunds set amount = amount + 0.01 where kafka_offset = 1');
    expect(failed(await proof([BATCH], 'kafka'))).toEqual([
      [FROM_KAFKA, 'refunds partition 0 offsets 0-3: offset 1: amount is another in Kafka than in streams.refunds'],
      [UNCHANGED, 'refunds partition 0 offsets 0-3: rows and fingerprint differ'],
    ]);
  });

  it('finds two rows that have exchanged their amounts, and one that says to be of another delivery', async () => {
    await store(refundBatch(0, 4, [refund(5, { amount: '1.00' })]));
    const batches = [BATCH, refundBatch(0, 4, [refund(5, { amount: '1.00' })])];
    expect(failed(await proof(batches))).toEqual([]);
    await pool.query(
      `update streams.refunds set amount = case kafka_offset when 4 then 12.50 else 1.00 end where kafka_offset in (3, 4)`,
    );
    expect(failed(await proof(batches)).map(([name]) => name)).toEqual([UNCHANGED]);
    await pool.query('update streams.refunds set delivery_id = 1');
    expect(failed(await proof(batches)).map(([name]) => name)).toEqual([ROWS, UNCHANGED]);
  });

  it('finds an edit of any column', async () => {
    const { rows: columns } = await pool.query<{ name: string; type: string }>(
      `select attname as name, atttypid::regtype::text as type from pg_attribute
       where attrelid = 'streams.refunds'::regclass and attnum > 0 order by attnum`,
    );
    const others: Readonly<Record<string, string>> = {
      uuid: 'gen_random_uuid()',
      integer: 'coalesce($, 0) + 1',
      bigint: '$ + 1',
      numeric: '$ + 0.01',
      'character varying': `concat($, 'x')`,
      'timestamp with time zone': `$ + interval '1 second'`,
    };
    const missed: string[] = [];
    for (const { name, type } of columns) {
      const column = `"${name}"`;
      const other = (others[type] ?? '').replaceAll('$', column);
      const { rows } = await pool.query(`select ${column}::text as before from streams.refunds where kafka_offset = 0`);
      const place = await pool.query(
        `update streams.refunds set ${column} = ${other} where kafka_offset = 0 returning ctid::text as place`,
      );
      if (failed(await proof([BATCH])).length === 0) missed.push(name);
      await pool.query(`update streams.refunds set ${column} = $1 where ctid = $2`, [
        rows[0].before,
        place.rows[0].place,
      ]);
    }
    expect(missed).toEqual([]);
    expect(failed(await proof([BATCH]))).toEqual([]);
  });

  it('names the columns in which the table isn’t as described, and doesn’t ask for its rows', async () => {
    await pool.query('drop function streams.fingerprint(streams.refunds)');
    await pool.query(
      `alter table streams.refunds alter column reason type text, add column channel text, alter column pieces set not null`,
    );
    expect(failed(await proof([BATCH]))).toEqual([
      [
        'refunds: streams.refunds has the columns of its description',
        'pieces is integer not null, expected integer null',
        'reason is text null, expected character varying(50) null',
        'channel is not in the description',
      ],
    ]);
    await pool.query('drop table streams.refunds cascade');
    const [[, first] = []] = failed(await proof([BATCH]));
    expect(first).toBe('refundId is missing, expected uuid not null');
  });

  it('knows the rows of before a column was added, and finds an edit of it in those of afterwards', async () => {
    await pool.query(`
      alter table streams.refunds add column channel varchar(10);
      call streams.make_fingerprint('streams.refunds')`);
    const event = refundEvent.extend({ channel: text(10, 'Where it was asked for.').nullish() });
    const later = { ...refunds, event } satisfies Stream;
    const batch = refundBatch(0, 4, [refund(5, { channel: 'phone' }), refund(1)]);
    // A deployment's functions connect anew.
    const newRole = await poolAs(`${(await role.query('select current_user as name')).rows[0].name}`, pool);
    await writeToPostgres({ pool: newRole, ...kafkaFrom(0) }, intoTable(later))(later, batch);
    await newRole.end();
    expect(failed(await proof([BATCH, batch], 'kafka', later))).toEqual([]);
    await pool.query(`update streams.refunds set channel = 'shop' where kafka_offset = 4`);
    expect(failed(await proof([BATCH, batch], 'books', later)).map(([name]) => name)).toEqual([UNCHANGED]);
  });
});

it('has a table with the columns of its description, for each stream of the catalogue', async () => {
  const off = [];
  for (const stream of describedStreams)
    if (stream.table) off.push(...(await columnsCheck(provePool, stream, stream.table.name)).where);
  expect(off).toEqual([]);
});
