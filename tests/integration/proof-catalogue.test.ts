/** The proof covers a stream as soon as the catalogue has it: it must find and name the stream's errors. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { Apply } from '#delivery/apply.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { paymentEvent } from '#domain/streams/transactions.ts';
import { catalogue, type Stream, streams } from '#domain/streams.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { prove } from '#functions/prove/prove.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { payment } from '../support/payments.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

type Event = typeof paymentEvent;
const refunds: Stream<Event> = { ...streams.transactions, topic: 'refunds', consumer: 'store-refunds' };
const archived: Stream<Event> = { ...refunds, lake: { prefix: 'raw/refunds', format: 'parquet' } };
const layout = {
  ...layoutOf(streams.orders),
  prefix: 'raw/refunds',
  name: 'refunds',
  encode: () => Buffer.from('refunds'),
};
const acceptAll: Apply<Event> = async () => ({ duplicates: 0, refused: [], rowsFingerprint: '0' });

let pool: Pool;
/** With the role of the function prove. */
let provePool: Pool;
let lake: Lake;

beforeEach(async () => {
  pool = await freshDatabase();
  provePool = await poolAs('prove', pool);
  lake = await freshLake();
  return () => Promise.all([provePool.end(), pool.end()]);
});

/** Nine refunds from this offset on, then a malformed record. */
const batch = (firstOffset = 0) => ({
  topic: 'refunds',
  partition: 0,
  records: Array.from({ length: 10 }, (_, index) => ({
    ...{ offset: firstOffset + index, timestamp: 1_765_411_201_000, key: null, headers: [] },
    value: Buffer.from(index === 9 ? 'not json' : payment({ id: firstOffset + index })),
  })),
});
const store = (firstOffset = 0, earliest = 0) =>
  writeToPostgres<Event>({ pool, ...kafkaFrom(earliest) }, acceptAll)(refunds, batch(firstOffset));
const archive = () => writeToLake<Event>({ pool, lake, ...kafkaFrom(0) }, layout)(archived, batch());

const hourlyMetrics = async () => [];
const sources = (latest: number) => {
  const offsets = async (topic: string) => [{ partition: 0, earliest: 0, latest: topic === 'refunds' ? latest : 0 }];
  return { pool: provePool, lake, offsets, hourlyMetrics };
};
const options = { depth: 'rows', settled: true } as const;
const proof = (stream: Stream = refunds, latest = 10) =>
  prove(sources(latest), options, undefined, [...catalogue, stream]);
const own = ({ checks }: Proof) => checks.filter(({ name }) => name.startsWith('refunds: '));
const failed = (result: Proof) => own(result).filter(({ balanced }) => !balanced);

describe('a new stream in the catalogue', () => {
  it('gets every check of a stream, and totals', async () => {
    await store();
    const result = await proof();
    expect(own(result)).toMatchObject(
      [
        'offsets tile without gap or overlap',
        'records lost, not acknowledged',
        'records lost, acknowledged',
        'nothing consumed that Kafka does not have',
        'consumed = accepted + duplicates + rejected',
        'totals are the sums of deliveries and loads',
        'nothing waits in Kafka',
      ].map((name) => ({ name: `refunds: ${name}`, balanced: true })),
    );
    expect(result.streams.refunds).toEqual({ consumed: 10, accepted: 9, duplicates: 0, rejected: 1, lag: 0 });
  });

  it('is proved only because the catalogue has it', async () => {
    await store();
    const { checks, streams } = await prove(sources(10), options);
    expect(Object.keys(streams)).toEqual(catalogue.map(({ topic }) => topic));
    for (const { topic } of catalogue)
      expect(checks).toContainEqual(expect.objectContaining({ name: `${topic}: offsets tile without gap or overlap` }));
    expect(checks.filter(({ name }) => name.startsWith('refunds'))).toEqual([]);
  });

  it('fails the proof if it has a gap', async () => {
    await store();
    await store(10);
    await pool.query('delete from ledger.outbox; delete from ledger.dead_letters');
    await pool.query("delete from ledger.deliveries where topic = 'refunds' and first_offset = 0");
    expect(failed(await proof(refunds, 20))).toMatchObject([
      {
        name: 'refunds: offsets tile without gap or overlap',
        expected: 20,
        actual: 10,
        where: ['refunds partition 0 offsets 0-9: missing'],
      },
      { name: 'refunds: consumed = accepted + duplicates + rejected' },
    ]);
  });

  it('fails the proof if it has lost records', async () => {
    await store();
    await store(30, 30);
    expect(failed(await proof(refunds, 40))).toMatchObject([
      {
        name: 'refunds: records lost, not acknowledged',
        actual: 20,
        where: ['refunds partition 0 offsets 10-29: lost'],
      },
    ]);
  });

  it('fails the proof if it lags, or is ahead of Kafka', async () => {
    await store();
    expect(failed(await proof(refunds, 17))).toMatchObject([{ name: 'refunds: nothing waits in Kafka', actual: 7 }]);
    expect((await proof(refunds, 17)).streams.refunds).toMatchObject({ lag: 7 });
    expect(failed(await proof(refunds, 9))).toMatchObject([
      { where: ['refunds partition 0: consumed to 10, Kafka ends at 9'] },
    ]);
  });

  it.each([
    ['if the catalogue says that it goes to the lake', archived, 9],
    ['if only the ledger says so', refunds, undefined],
  ])('has its objects checked %s', async (_, stream, inLake) => {
    await archive();
    const objects = { name: 'refunds: objects in the lake with their rows and checksum', expected: 1 };
    const whole = await proof(stream);
    expect(own(whole)).toContainEqual(expect.objectContaining({ ...objects, actual: 1 }));
    expect(failed(whole)).toEqual([]);
    expect(whole.streams.refunds?.archived).toBe(inLake);
    await pool.query("update ledger.deliveries set object_sha256 = 'another' where topic = 'refunds'");
    expect(failed(await proof(stream))).toMatchObject([
      { ...objects, actual: 0, where: [expect.stringContaining('has another checksum than when it was written')] },
    ]);
  });
});
