/** What real shops send, in an envelope and in the forms that its columns declare: stored to the cent, and proved against Kafka's records. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import type { Pool } from '#adapters/postgres/index.ts';
import { intoTable } from '#delivery/into-table.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { currency, money, text, timestamp, uuid } from '#domain/columns.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { catalogue, type Stream } from '#domain/streams.ts';
import { prove } from '#functions/prove/prove.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

const fees = {
  topic: 'fees',
  key: 'fee_id',
  ids: ['fee_id'],
  event: z.object({
    fee_id: text(20, 'The fee.'),
    user_id: uuid('Who pays it.', { guests: /^guest-\d+$/ }),
    amount: money('What it is.', { rounds: 'float_noise' }),
    deposit: money('What was paid before.', { unit: 'minor' }),
    currency: currency('Of both.'),
    due_at: timestamp('When it is due.', { accepts: ['iso', 'epoch_milliseconds'] }),
  }),
  envelope: 'cloudevents',
  partitions: 1,
  consumer: 'store-fees',
  batching: { batchSize: 100, maximumBatchingWindowInSeconds: 1, startingPosition: 'TRIM_HORIZON' },
  table: { name: 'streams.fees', repeats: 'keep_first' },
} as const satisfies Stream;

let pool: Pool;
let role: Pool;
let provePool: Pool;

beforeEach(async () => {
  pool = await freshDatabase();
  const { rows } = await pool.query<{ database: string }>('select current_database() as database');
  const name = `${rows[0]?.database}_fees`;
  await pool.query(`
    create table streams.fees (
      fee_id varchar(20) primary key, user_id uuid not null, amount numeric(10, 2) not null, deposit numeric(10, 2) not null,
      currency varchar(3) not null, due_at timestamptz not null
    );
    call streams.deliver_into('streams.fees', '${name}')`);
  role = await poolAs(name, pool);
  provePool = await poolAs('prove', pool);
});

afterEach(() => Promise.all([role, provePool, pool].map((each) => each.end())));

const fee = (id: string, changed: Readonly<Record<string, unknown>> = {}) => ({
  fee_id: id,
  ...{ user_id: 'guest-17', amount: 0.1 + 0.2, deposit: 1250, currency: 'eur', due_at: 1_765_411_201_123 },
  ...changed,
});

const structured = (data: unknown) => ({ specversion: '1.0', id: '1', source: '/till', type: 'fee', data });
const BINARY = {
  ce_specversion: '1.0',
  ce_id: '1',
  ce_source: '/till',
  ce_type: 'fee',
  'content-type': 'application/json',
};

function record(offset: number, value: unknown, headers: Readonly<Record<string, string>> = {}): KafkaRecord {
  return {
    ...{ offset, timestamp: 1_765_411_201_000, key: Buffer.from(`key ${offset}`) },
    value: value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value)),
    headers: Object.entries(headers).map(([name, text]) => ({ name, value: Buffer.from(text) })),
  };
}

const records = [
  record(0, structured(fee('a'))),
  record(1, fee('b', { user_id: 'B57893F5-54CB-4E6E-AA1E-487B64D32A99', due_at: '2025-12-11T00:00:01Z' }), BINARY),
  // The same fee as the first, in the other mode and with other ways to write what it says.
  record(2, fee('a', { amount: '0.30', deposit: '1250', currency: 'EUR', due_at: '2025-12-11T00:00:01.123Z' }), BINARY),
  record(3, structured(fee('c', { due_at: 1_765_411_201 }))),
  record(4, structured(fee('d', { amount: 0.305, currency: 'EURO' }))),
  record(5, fee('e')),
  record(6, Buffer.from([0, 0, 0, 0, 7, 2, 0x61])),
];

it('is stored as what was meant, refused with its reason, and proved', async () => {
  const batch = { topic: fees.topic, partition: 0, records };
  const store = writeToPostgres({ pool: role, ...kafkaFrom(0) }, intoTable(fees));
  expect(await store(fees, batch)).toEqual({ accepted: 2, duplicates: 1, rejected: 4, redelivered: 0 });
  const { rows } = await pool.query(
    `select fee_id, user_id, amount::text, deposit::text, currency,
       to_char(due_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') as due
     from streams.fees order by fee_id`,
  );
  const both = { amount: '0.30', deposit: '12.50', currency: 'EUR' };
  expect(rows).toEqual([
    { ...both, fee_id: 'a', user_id: expect.stringMatching(/^.{14}5/), due: '2025-12-11 00:00:01.123' },
    { ...both, fee_id: 'b', user_id: 'b57893f5-54cb-4e6e-aa1e-487b64d32a99', due: '2025-12-11 00:00:01.000' },
  ]);
  const { rows: letters } = await pool.query(
    'select record_offset as at, reason, message from ledger.dead_letters order by record_offset',
  );
  expect(letters).toEqual([
    {
      at: 3,
      reason: 'invalid_timestamp',
      message:
        'data.due_at: expected epoch_milliseconds of the years 1990 to 2099, got 1765411201; the unit looks wrong: ' +
        'as epoch_seconds it would be 2025-12-11T00:00:01.000000Z',
    },
    { at: 4, reason: 'invalid_amount', message: expect.stringMatching(/^data.amount: .* got "0.305"$/) },
    { at: 5, reason: 'invalid_envelope', message: expect.stringMatching(/^specversion: /) },
    { at: 6, reason: 'unsupported_format', message: expect.stringContaining('schema registry') },
  ]);

  const sources = {
    ...{ pool: provePool, lake: await freshLake(), hourlyMetrics: async () => [] },
    offsets: async (topic: string) =>
      topic === fees.topic ? [{ partition: 0, earliest: 0, latest: records.length }] : [],
    records: async function* (topic: string) {
      if (topic === fees.topic)
        yield { partition: 0, records: records.map((each) => ({ ...each, timestampType: 'CREATE_TIME' as const })) };
    },
  };
  const failed = async () => {
    const { checks } = await prove(sources, { depth: 'kafka', settled: true }, undefined, [...catalogue, fees]);
    const own = checks.filter(({ name }) => name.startsWith('fees: '));
    expect(own.length).toBeGreaterThan(3);
    return own.filter(({ balanced }) => !balanced).map(({ name }) => name);
  };
  expect(await failed()).toEqual([]);
  await pool.query("update streams.fees set amount = 0.31 where fee_id = 'a'");
  expect(await failed()).toContain('fees: rows are those that Kafka’s records make');
});
