/** A described stream that goes to the lake: its zone, its money in objects, books and Kafka, and a changed cent that its checksum doesn't show. */
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { money, text } from '#domain/columns.ts';
import type { EventColumns } from '#domain/event-columns.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { LakeSink } from '#domain/stream.ts';
import { catalogue, type Stream, streams } from '#domain/streams.ts';
import type { Depth } from '#functions/prove/depth.ts';
import { prove } from '#functions/prove/prove.ts';
import { lookAtZone } from '#operations/lake/days.ts';
import { objectsOf } from '#operations/lake/objects.ts';
import { zonesOf } from '#operations/lake/zones.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

const event = z.object({
  return_id: text(20, 'The return.'),
  amount: money('What is paid back.'),
  fee: money('What is kept for it.').nullish(),
});

const returnsIn = (format: LakeSink['format'], fields: z.ZodObject = event): Stream => ({
  ...{ topic: 'returns', key: 'return_id', ids: ['return_id'], event: fields, partitions: 2 },
  consumer: 'archive-returns',
  batching: { batchSize: 100, maximumBatchingWindowInSeconds: 60, startingPosition: 'TRIM_HORIZON' },
  lake: { prefix: 'raw/returns', format },
});

const VALUES = [
  { amount: '12.50' },
  { amount: '-0.05', fee: '1.00' },
  { amount: '99999999.99', fee: null },
  { amount: 'x' },
];

/** The last is a dead letter. */
const batch = (partition: number): PartitionBatch => ({
  ...{ topic: 'returns', partition },
  records: VALUES.map((value, offset) => ({
    ...{ offset, timestamp: 1_765_411_201_000, key: null, headers: [] },
    value: Buffer.from(JSON.stringify({ return_id: `B-${offset}`, ...value })),
  })),
});

let pool: Pool;
let provePool: Pool;
let page: Pool;
let lake: Lake;

beforeEach(async () => {
  pool = await freshDatabase();
  [provePool, page] = await Promise.all([poolAs('prove', pool), poolAs('console', pool)]);
  lake = await freshLake();
  return () => Promise.all([page, provePool, pool].map((each) => each.end()));
});

/** @param edit what the object shall have in place of what came: the ledger takes its checksum, as if both had been edited */
function archive(stream: Stream, partition: number, edit?: (events: EventColumns) => void) {
  const layout = layoutOf(stream);
  const encode: typeof layout.encode = (schema, events, from) => {
    edit?.(events);
    return layout.encode(schema, events, from);
  };
  return writeToLake({ pool, lake, ...kafkaFrom(0) }, { ...layout, encode })(stream, batch(partition));
}

async function proof(stream: Stream, depth: Depth) {
  const sources = {
    ...{ pool: provePool, lake, hourlyMetrics: async () => [] },
    offsets: async (topic: string) =>
      [0, 1].map((partition) => ({ partition, earliest: 0, latest: topic === 'returns' ? VALUES.length : 0 })),
    records: async function* (topic: string) {
      if (topic !== 'returns') return;
      for (const partition of [0, 1])
        yield {
          partition,
          records: batch(partition).records.map((record) => ({ ...record, timestampType: 'CREATE_TIME' as const })),
        };
    },
  };
  const { checks } = await prove(sources, { depth, settled: true }, undefined, [...catalogue, stream]);
  return checks.filter(({ name }) => name.startsWith('returns: '));
}

const MONEY = 'returns: the money in the lake is that of the books';

describe.each(['parquet', 'json_lines'] as const)('the money of a described stream in the lake (%s)', (format) => {
  const returns = returnsIn(format);

  it('is the same in objects, books and Kafka, all its columns together', async () => {
    for (const partition of [0, 1])
      expect(await archive(returns, partition)).toMatchObject({ accepted: 3, rejected: 1 });
    const checks = await proof(returns, 'kafka');
    expect(checks.filter(({ balanced }) => !balanced)).toEqual([]);
    const total = '200000026.88 in 6 records';
    expect(checks).toContainEqual({ name: MONEY, balanced: true, expected: total, actual: total, where: [] });
  });

  it('is found to be another where an object has other cents, though the ledger has its checksum', async () => {
    await archive(returns, 0);
    await archive(returns, 1, ({ columns }) => {
      const fee = columns.find(({ name }) => name === 'fee');
      if (fee?.kind === 'money') fee.values[1] = 101;
    });
    expect((await proof(returns, 'objects')).filter(({ balanced }) => !balanced)).toEqual([]);
    const { rows } = await pool.query<{ object_key: string }>(
      'select object_key from ledger.deliveries where partition = 1',
    );
    const place = `returns partition 1 offsets 0-3: s3://${lake.bucket}/${rows[0]?.object_key}`;
    expect((await proof(returns, 'rows')).filter(({ balanced }) => !balanced)).toEqual([
      {
        ...{ name: MONEY, balanced: false },
        ...{ expected: '200000026.88 in 6 records', actual: '200000026.89 in 6 records' },
        where: [`${place} has 100000013.45, the ledger 100000013.44`],
      },
    ]);
  });

  it('of a column that the event got later is in neither, whatever the records had there', async () => {
    for (const partition of [0, 1]) await archive(returnsIn(format, event.omit({ fee: true })), partition);
    const checks = await proof(returns, 'kafka');
    expect(checks.filter(({ balanced }) => !balanced)).toEqual([]);
    expect(checks.find(({ name }) => name === MONEY)?.actual).toBe('200000024.88 in 6 records');
  });
});

it('is a zone of its own, for which no job waits', async () => {
  const returns = returnsIn('parquet');
  for (const partition of [0, 1]) await archive(returns, partition);
  const zones = zonesOf([streams.orders, streams.userEvents, streams.products, returns]);
  expect(zones.map(({ name, job }) => [name, job?.dag])).toEqual([
    ['raw', 'orders_minio_to_postgres'],
    ['bronze', 'aggregate_user_events'],
    ['returns', undefined],
  ]);
  const zone = zones.find(({ name }) => name === 'returns');
  if (!zone) throw new Error('Expected a zone of the stream returns, found none.');
  const look = await lookAtZone({ pool: page }, zone);
  expect(look).toMatchObject({ zone: 'returns', topic: 'returns', partitions: 2, job: null, isCut: false });
  expect(look.cells).toMatchObject(
    [0, 1].map((partition) => ({ at: '2025-12-11', partition, objects: 1, rows: 3, waiting: 0 })),
  );
  const { rows, next } = await objectsOf({ pool: page }, zone, '2025-12-11', { limit: 1 });
  expect(rows).toEqual([
    {
      key: expect.stringMatching(/^raw\/returns\/dt=2025-12-11\/returns_.*_p0_o0-3\.parquet$/),
      ...{ delivery: expect.any(Number), partition: 0, first: 0, last: 3, rows: 3, bytes: look.cells[0]?.bytes },
      committedAt: expect.any(String),
    },
  ]);
  expect((await objectsOf({ pool: page }, zone, '2025-12-11', { after: next ?? '', limit: 9 })).rows).toHaveLength(1);
});
